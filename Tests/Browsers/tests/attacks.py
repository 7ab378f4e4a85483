"""Attacks by HTML, one of each class: without defence, behind each defence alone, and behind both. scripts/proof/attacks
tries all of them."""

import os

from driving.attacks import Range, sample, silent
from driving.beacon import Beacon
from driving.clientframe import show
from driving.hostilemail import HostileMail
from driving.runner import test


def begin(world):
    beacon = Beacon()
    world.rest.append(beacon)
    return beacon, Range(world.window, beacon), sample(int(os.environ.get("SEED", "1")))


def holds(tally):
    print(f"  {tally}")
    assert not tally.findings(), tally.findings()


@test("reads letters that attack, in a frame that alone keeps all of them in")
def frame_alone(world):
    _, range_, attacks = begin(world)
    control = range_.undefended(attacks)
    print(f"  {control}")
    findings = silent(attacks, control, world.browser.name)
    assert not findings, findings
    holds(range_.together(attacks, show(world.stage.address), "the client's frame alone"))


@test("reads letters that attack, of which the server alone leaves nothing that does; then in the mail, behind both")
def server_alone_and_both(world):
    beacon, range_, attacks = begin(world)
    mail = HostileMail(world.me(mail=()), attacks, range_.html)
    views = mail.views()
    holds(range_.together(attacks, beacon.show, "the server's HTML alone", lambda attack: views[attack["id"]]))
    holds(range_.one_by_one(attacks, world.signed_in(mail.person), mail.open, "the mail page"))
