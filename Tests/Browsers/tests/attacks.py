"""Attacks by HTML, one of each class: without defence, behind each defence alone, and behind both. scripts/proof/attacks
tries all of them."""

import os

from driving.attacks import Range, sample
from driving.beacon import Beacon
from driving.clientframe import show
from driving.runner import test


@test("reads letters that attack, in a frame that alone keeps all of them in")
def frame_alone(world):
    beacon = Beacon()
    world.rest.append(beacon)
    attacks = sample(int(os.environ.get("SEED", "1")))
    range_ = Range(world.window, beacon)
    control = range_.undefended(attacks)
    print(f"  {control}")
    telling = {attack["id"] for attack in attacks if attack["effect"] in ("script", "load", "navigation")}
    silent = telling - {*control.scripts, *control.loads, *control.navigations}
    assert not silent, f"without defence nothing came of {silent}: they prove nothing"
    tally = range_.framed(attacks, show(world.stage.address), "the client's frame alone")
    print(f"  {tally}")
    assert not tally.findings(), tally.findings()
