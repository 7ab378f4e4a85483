"""A newcomer: from an empty data directory to the first message on the screen and a second device, by what the pages say."""

import os
import time

from driving import mailbag
from driving.mailpage import MailPage
from driving.page import until
from driving.runner import test
from driving.stage import Device, Person
from kit import dovecot

LETTERS = 40


def provider(stage):
    """A POP3 server with some mail, and its Maildir's newest subject."""
    mail = os.path.join(stage.folder, "mail", "Maildir")
    for name in ("cur", "new", "tmp"):
        os.makedirs(os.path.join(mail, name))
    letters = [*mailbag.many(LETTERS - 1), mailbag.Letter("Welcome to the post office", age=0.1)]
    for number, letter in enumerate(reversed(letters)):
        with open(os.path.join(mail, "cur", f"{1_000_000_000 + number}.M{number}.sample:2,"), "wb") as file:
            file.write(letter.octets())
    os.chmod(stage.folder, 0o755)
    return dovecot.Dovecot(os.path.join(stage.folder, "dovecot"), mail).start()


@test("sets everything up: a person, a maildrop, the first mail, a device, and is in the mail")
def newcomer(world):
    stage = world.other_stage()
    server = provider(stage)
    server.close = server.stop
    world.rest.insert(0, server)
    began = time.monotonic()
    page = world.window()
    page.goto(until(stage.setup_address, "the address that serve prints"))
    page.field("User name").fill("ada")
    page.field("Password").fill("correct horse battery")
    page.field("The same once more").fill("correct horse battery")
    page.button("Begin").click()
    page.says("Your mail stays on the server").wait()
    page.field("Address").fill("ada@example.net")
    page.field("Password at the provider").fill(dovecot.PASSWORD)
    page.button("I know the settings").click()
    page.field("Server").fill("127.0.0.1")
    page.field("Security").choose("not encrypted")
    page.field("Port").fill(str(server.plain_port))
    page.field("User name").fill(dovecot.USER)
    page.button("Test the settings").click()
    page.says("Collecting works").wait()
    page.says(f"The server holds {LETTERS} messages").wait()
    page.button("Save: collect this mail").click()
    page.says("Your mail arrives").wait()
    page.says("Welcome to the post office").wait()
    seen = time.monotonic() - began
    page.says(f"All is here: {LETTERS} messages").wait()
    page.button("Connect a device").click()
    page.button("Make its secret").click()
    secret = page.css("code.secret").text()
    # The second device: a program that has been given what the page shows, and nothing else.
    device = Person("ada", Device(stage.daemon.http, "ada", secret))
    until(lambda: device.emails(subject="Welcome to the post office"), "the message on the device")
    connected = time.monotonic() - began
    page.button("Go to the mail").click()
    page.role("option", "Welcome to the post office", within=".mail-list").wait()
    # With a second maildrop each has a line of its own below the Inbox of both.
    stage.daemon.run(
        "maildrop", "add", "bob@example.net", "--user", "ada", "--host", "127.0.0.1", "--port", "1", "--disabled",
        "--password-file", stage.daemon.secret_file("sesame", "sesame"))
    for name, has_mail in (("bob@example.net", False), ("ada@example.net", True)):
        page.css(".folders a", name).click()
        page.css(".folders a", name).wait_for(lambda place: place["isCurrent"], "be where one is")
        until(lambda: bool(MailPage(page).rows()) == has_mail, f"what came through {name}")
    print(f"  the first message was on the screen after {seen:.1f} s, the second device had it after {connected:.1f} s")


@test("opens the page of a server that nobody has set up, and is told how that is done")
def not_set_up(world):
    stage = world.other_stage()
    page = world.window()
    page.goto(stage.address)
    page.says("Nobody has set this server up yet").wait()
    page.allow("status of 40[13]")
    page.goto(stage.address + "/#/setup/this-is-no-token")
    page.field("User name").fill("eve")
    page.field("Password").fill("correct horse battery")
    page.field("The same once more").fill("correct horse battery")
    page.button("Begin").click()
    page.says("restante setup-link prints another").wait()
