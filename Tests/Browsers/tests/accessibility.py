"""What WCAG 2.2 AA and the best practices ask for, in every state (axe-core)."""

from driving import mailbag
from driving.accessibility import check
from driving.mailpage import MailPage
from driving.runner import test

MAIL = [*mailbag.EVERYDAY, *mailbag.many(20)]


@test("meets no barrier: signing in, list, letter, dialog, menu, empty folder, errors, no connection")
def light(world):
    me = world.me(MAIL)
    refused(world, me)
    walk(world, me, "light")


# What axe finds in the dark and on a phone is of the styles, and each browser reads the same ones.
@test("meets no barrier in the dark", only="chromium", dark=True)
def dark(world):
    walk(world, world.me(MAIL), "dark", dark=True)


@test("meets no barrier on a phone", only="chromium", phone=True)
def phone(world):
    walk(world, world.me(MAIL), "phone", phone=True)


@test("reads in the dark", only="firefox", dark=True)
def dark_in_firefox(world):
    page = world.signed_in(world.me(), **world.options)
    MailPage(page).open("Lunch on Friday")
    page.says("At noon, by the river").wait()
    assert page.call("() => matchMedia('(prefers-color-scheme: dark)').matches"), "the browser is not dark"
    ground, ink = page.call(COLOURS)
    assert sum(ground) < 200 < 450 < sum(ink), (ground, ink)
    check(page, "dark: a conversation")


COLOURS = r"""() => ['backgroundColor', 'color'].map((what) =>
  getComputedStyle(document.body)[what].match(/[\d.]+/g).slice(0, 3).map(Number))"""


def refused(world, me):
    way_in = world.window()
    way_in.goto(world.stage.address)
    way_in.field("User name").fill(me.name)
    check(way_in, "signing in")
    way_in.field("Password").fill("not this one")
    way_in.button("Sign in").click()
    way_in.css("[role=alert]").wait_text("wrong")
    check(way_in, "signing in, refused")


def walk(world, me, name, **window):
    page = world.signed_in(me, **window)
    mail = MailPage(page)
    mail.row("The invoice").wait()
    check(page, f"{name}: a list")
    if window.get("phone"):
        page.button("Folders").click()
        mail.folder("Junk").point()
        check(page, f"{name}: folders")
        page.press("Escape")
    mail.open("Lunch on Friday")
    page.says("At noon, by the river").wait()
    page.button("More", within=".letter-tools").click()
    page.role("menuitem", "Print").point()
    check(page, f"{name}: a conversation and a menu")
    page.press("Escape")
    page.css("[role=menu]").wait_gone()
    page.goto(world.stage.address + "/#/mail")
    mail.row("The invoice").wait()
    page.press("?")
    page.css("dialog[open]").wait()
    check(page, f"{name}: a dialog")
    page.press("Escape")
    page.css("dialog[open]").wait_gone()
    mail.choose("The invoice")
    check(page, f"{name}: a selection")
    page.button("Snooze", within="main").click()
    page.button("Tomorrow morning", within="dialog[open]").wait()
    check(page, f"{name}: a question of time")
    page.press("Escape")
    page.css("dialog[open]").wait_gone()
    page.press("Escape")
    drafts = me.folders()["drafts"]["id"]
    page.goto(f"{world.stage.address}/#/mail/{drafts}")
    page.says("There is nothing here.").wait()
    check(page, f"{name}: an empty folder")
    page.press("c")
    page.button("Send", within=".composer").click()
    page.css(".composer [role=alert]").wait_for(lambda place: place["text"], "say what is missing")
    check(page, f"{name}: writing, refused")
    page.press("Escape")
    page.css(".composer").wait_gone()
    page.goto(f"{world.stage.address}/#/mail/search?q=nobody-wrote-this")
    page.says("Nothing was found").wait()
    check(page, f"{name}: nothing was found")
    if not window.get("phone"):
        cannot_be_read(page, mail, name, world.stage.address)


# What a server answers when it is out of order, or a network that is away, to whatever is asked by JMAP.
ANSWERS = """(status) => {
  window.asked ??= window.fetch;
  window.fetch = async (...all) => {
    if (!String(all[0]).endsWith('/jmap/api') && status) return window.asked(...all);
    if (status) return new Response('{"detail": "The disk is full."}', {status});
    throw new TypeError('away');
  };
}"""


def cannot_be_read(page, mail, name, address):
    """A search that is too long, a server that is out of order, and none."""
    page.goto(f"{address}/#/mail/search?q={'+'.join(['letters'] * 250)}")
    page.says("longer than what the server looks for").wait()
    assert not page.button("Try again").is_there(), "it offers to try what can't be"
    check(page, f"{name}: a search that is too long")
    page.call(ANSWERS, 500)
    page.goto(f"{address}/#/mail/all")
    page.css(".list-state").wait_text("The list could not be read.")
    page.css(".list-state [lang=en]").wait_text("The disk is full.")
    check(page, f"{name}: a list that can't be read")
    page.call("() => { window.fetch = window.asked; }")
    page.button("Try again").click()
    mail.row("The invoice").wait()
    page.call(ANSWERS, 0)
    page.goto(f"{address}/#/mail/search?q=river")
    page.css(".banner").wait_text("No connection")
    check(page, f"{name}: without a connection")
