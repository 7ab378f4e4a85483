"""Two browsers and a device that is curl: what one does, the others show without being asked."""

from driving.mailbag import Letter
from driving.mailpage import MailPage, server_has
from driving.runner import test

INVOICE = "The invoice for October"


@test("sees at once in a second browser, and on a device that is curl, what is done in the first", only="chromium")
def in_step(world):
    me = world.me()
    here = MailPage(world.signed_in(me))
    there = MailPage(world.signed_in(me, browser=world.other_browser()))
    for mail in (here, there):
        mail.row(INVOICE).wait()
        mail.wait_unread("Inbox", 4)
    here.choose(INVOICE)
    here.tool("Star").click()
    there.row(INVOICE).wait_for(lambda place: "is-flagged" in place["classes"], "show the star")
    server_has(me, INVOICE, lambda email: "$flagged" in email["keywords"], "be starred")
    there.open("A question about the roof")
    here.wait_unread("Inbox", 3)
    # The third is curl.
    me.device.call("Email/set", {"update": {me.email(INVOICE)["id"]: {"keywords/$flagged": None, "keywords/$seen": True}}})
    for mail in (here, there):
        mail.row(INVOICE).wait_for(lambda place: "is-flagged" not in place["classes"], "lose the star")
        mail.wait_unread("Inbox", 2)
    me.receive([Letter("Just now", age=0)])
    for mail in (here, there):
        mail.row("Just now").wait()
    archive = me.folders()["archive"]["id"]
    me.device.call("Email/set", {"update": {me.email("Just now")["id"]: {"mailboxIds": {archive: True}}}})
    for mail in (here, there):
        mail.gone("Just now")


@test("has two tabs open: both follow, by one connection")
def two_tabs(world):
    me = world.me()
    page = world.signed_in(me)
    other = page.another()
    world.pages.append(other)
    other.goto(world.stage.address)
    one, two = MailPage(page), MailPage(other)
    two.row(INVOICE).wait()
    one.row(INVOICE).wait()
    me.receive([Letter("For both tabs", age=0)])
    one.row("For both tabs").wait()
    two.row("For both tabs").wait()
