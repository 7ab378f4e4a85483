"""Running the server in the browser: maildrops, devices, people, oneself."""

import json
import os

from driving.accessibility import check
from driving.page import until
from driving.runner import test
from driving.stage import ROOT, Device, PASSWORD
from kit.jmap import Refused

USING = ["urn:ietf:params:jmap:core", "https://restante.example/ns/jmap/maildrop"]
PAGES = {"maildrops": "Maildrops", "rules": "Rules", "devices": "Devices", "people": "People", "storage": "Storage", "you": "You"}


def open_page(world, me, name, **window):
    page = world.signed_in(me, f"#/settings/{name}", **window)
    page.role("heading", PAGES[name.split("/")[0]]).wait()
    return page


def maildrop(world, me):
    """The one that the file's tests share, at the daemon's own POP3 server, paused: what it is, and its password."""
    daemon = world.stage.daemon
    if not hasattr(world.stage, "upstream"):
        world.stage.upstream = daemon.add_device(me.name, "the provider")
        daemon.run(
            "maildrop", "add", "provider", "--user", me.name, "--host", "127.0.0.1", "--port", str(daemon.pop3), "--security",
            "plain", "--username", me.name, "--password-file", daemon.secret_file("pop3", world.stage.upstream), "--disabled")
    return now(me), world.stage.upstream


def now(me):
    maildrops = me.device.call("Maildrop/get", {"ids": None}, USING)["list"]
    return next(one for one in maildrops if one["username"] == me.name)


@test("meets no barrier in the settings: each page, dark, and on a phone", only="chromium")
def barriers(world):
    me = world.me(mail=())
    place = f"maildrops/{maildrop(world, me)[0]['id']}"
    pages = [*PAGES, place, f"{place}/edit", "maildrops/new", "devices/new"]
    for window, checked in (
            ({}, pages), ({"dark": True}, [place, "storage", "devices/new"]), ({"phone": True}, [place, "people", "you"])):
        page = open_page(world, me, "you", **window)
        for name in pages:
            page.goto(f"{world.stage.address}/#/settings/{name}")
            page.until("(name) => document.querySelector('.settings-page')?.dataset.page === name", name, name)
            if name in checked:
                check(page, f"{name} {window}")
            wide = page.call("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wide <= 0, f"{name} {window} is {wide} pixels wider than the screen"


@test("tries a maildrop's settings before they are saved, and keeps what was typed when they are wrong")
def editing(world):
    me = world.me(mail=())
    one, secret = maildrop(world, me)
    page = open_page(world, me, "maildrops")
    page.link(one["name"]).click()
    page.link("Change the settings").click()
    name = f"changed in {world.browser.name}"
    page.field("Port").fill("1")
    page.button("Test the settings").click()
    page.says("type it again").wait()
    page.field("Password at the provider").fill(secret)
    page.button("Test the settings").click()
    page.says("Collecting does not work like this").wait()
    page.button("Save all the same").wait()
    page.field("Port").fill(str(world.stage.daemon.pop3))
    page.says("Collecting does not work like this").wait_gone()
    assert page.field("Password at the provider").value() == secret
    page.field("Name").fill(name)
    page.button("Test the settings").click()
    page.says("Collecting works").wait()
    page.says("Your mail stays on the server").wait()
    page.button("Save", within=".outcome").click()
    page.role("heading", name).wait()
    page.button("Collect now").wait()


# What a discovery finds: it asks the Internet, which is not there for tests.
FOUND = """(found) => {
  const asked = window.fetch;
  window.fetch = async (...all) => {
    const answer = await asked(...all);
    if (!String(all[0]).endsWith('/jmap/api')) return answer;
    const body = await answer.json();
    for (const [name, result] of body.methodResponses) {
      if (name !== 'MaildropJob/get') continue;
      for (const job of result.list) if (job.discovery) Object.assign(job, {state: 'done', error: null, discovery: {...job.discovery, ...found}});
    }
    return new Response(JSON.stringify(body), {headers: {'Content-Type': 'application/json'}});
  };
}"""


@test("adds a maildrop by its address: sending is set up with the same password, or left out")
def adding(world):
    me = world.me(mail=())
    _, secret = maildrop(world, me)
    office = world.office()
    page = open_page(world, me, "maildrops")
    page.link("Add a maildrop").click()
    here = {"host": "127.0.0.1", "security": "plain", "source": "autoconfig", "wantsOAuth": False}
    page.call(FOUND, {
        # By its other name: under the same one it is a maildrop already.
        "chosen": {**here, "host": "localhost", "port": world.stage.daemon.pop3, "username": me.name},
        "submission": {**here, "port": office.port, "username": "ada@example.invalid"}})
    page.field("Address").fill("ada@example.invalid")
    page.field("Password at the provider").fill(secret)
    page.button("Look for the server").click()
    page.says("with the same password, signing in as ada@example.invalid").wait()
    page.button("Sending: 127.0.0.1, with the same password").click()
    page.role("checkbox", "Send through this provider").click()
    page.button("Sending: not through this provider").wait()
    page.role("checkbox", "Send through this provider").click()
    page.button("Test the settings").click()
    page.says("Collecting works").wait()
    page.says("Sending works").wait()
    page.button("Save: collect this mail").click()
    page.role("heading", "ada@example.invalid").wait()
    maildrops = me.device.call("Maildrop/get", {"ids": None}, USING)["list"]
    added = next(each for each in maildrops if each["name"] == "ada@example.invalid")
    me.device.call("Maildrop/set", {"destroy": [added["id"]]}, USING)
    sending = added["submission"]
    assert (sending["port"], sending["signIn"], sending["username"], sending["hasPassword"]) == (
        office.port, "own", "ada@example.invalid", True), sending


@test("collects now, pauses, and sees what a retention would delete before it can be saved", only="chromium")
def collecting(world):
    me = world.me(mail=())
    one, _ = maildrop(world, me)
    page = open_page(world, me, "maildrops")
    page.link(one["name"]).click()
    page.button("Go on collecting").click()
    page.button("Pause").wait()
    page.button("Collect now").click()
    page.says("Done:").wait()
    page.button("Pause").click()
    page.says("Paused").wait()
    page.field("At the provider").choose("Delete mail there some time after it came")
    page.field("Days after receipt").fill("36500")
    assert not page.button("Save", within=".outcome").is_there()
    page.button("What would this delete?").click()
    page.says("Nothing would be deleted at the next poll").wait()
    page.field("Days after receipt").fill("36000")
    page.says("Nothing would be deleted at the next poll").wait_gone()
    page.button("What would this delete?").click()
    page.button("Save", within=".outcome").click()
    until(lambda: now(me)["retention"]["deleteAfter"] == 36000, "it saved")


@test("connects a device, whose secret works until it is revoked")
def devices(world):
    me = world.me(mail=())
    name = f"phone of {world.browser.name}"
    page = open_page(world, me, "devices")
    page.link("Connect a device").click()
    page.field("What it is").fill(name)
    page.button("Make its secret").click()
    secret = page.css("code.secret").text()
    page.says(f"{world.stage.address}/.well-known/jmap").wait()
    page.says(str(world.stage.daemon.pop3)).wait()
    phone = Device(world.stage.daemon.http, me.name, secret)
    assert phone.call("Mailbox/get", {"ids": None})["list"]
    page.button("I have it").click()
    page.button(f"Revoke {name}").click()
    page.button("Revoke", within="dialog").click()
    page.button(f"Revoke {name}").wait_gone()
    # By a connection of its own: the one that was open may just be ending.
    phone.close()
    try:
        phone.call("Mailbox/get", {"ids": None})
    except Refused as refusal:
        assert ": 401 " in str(refusal), refusal
        return
    raise AssertionError("a revoked device still reads mail")


@test("adds a person, disables them, and removes them only by their name", only="chromium")
def people(world):
    me = world.me(mail=())
    name = f"bob-{world.browser.name}"
    page = open_page(world, me, "people")
    page.field("User name").fill("Bob!")
    page.field("First password").fill("eight chars")
    page.button("Add this person").click()
    page.says("cannot be a user name").wait()
    page.field("User name").fill(name)
    assert page.field("First password").value() == "eight chars"
    page.button("Add this person").click()
    page.button(f"Disable: {name}").click()
    page.button("Disable", within="dialog").click()
    page.button(f"Enable: {name}").wait()
    page.button(f"Remove for good: {name}").click()
    page.field("Type", within="dialog").fill("bob")
    page.button("Remove for good", within="dialog").click()
    page.says("That is not the name").wait()
    page.field("Type", within="dialog").fill(name)
    page.button("Remove for good", within="dialog").click()
    page.button(f"Remove for good: {name}").wait_gone()


@test("changes nothing of the password without the old one", only="chromium")
def oneself(world):
    me = world.me(mail=())
    page = open_page(world, me, "you")
    page.field("Your password here").fill("not the password")
    page.field("New password").fill(PASSWORD)
    page.field("The same once more").fill(PASSWORD)
    page.button("Change the password").click()
    page.says("That is not your password").wait()
    assert page.field("New password").value() == PASSWORD


@test("draws QR codes as they are known to be")
def qr(world):
    with open(os.path.join(ROOT, "Tests", "Corpus", "web", "qr.json"), encoding="utf-8") as file:
        known = json.load(file)
    page = world.signed_in(world.me(mail=()))
    drawn = page.call("""async (texts) => {
      const base = document.querySelector('script[type=module]').src.replace(/main\\.js$/, '');
      const {encode} = await import(`${base}core/qr.js`);
      return texts.map((text) => encode(text).map((row) => row.map((dark) => (dark ? '#' : '.')).join('')));
    }""", [case["text"] for case in known])
    assert drawn == [case["rows"] for case in known]
