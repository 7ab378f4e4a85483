"""What WCAG 2.2 AA and the best practices ask for, in every state (axe-core)."""

from driving import mailbag
from driving.accessibility import check
from driving.mailpage import MailPage
from driving.runner import test


@test("meets no barrier: signing in, list, letter, dialog, menu, empty folder, error")
def light(world):
    walk(world, "light")


@test("meets no barrier in the dark", only="chromium", dark=True)
def dark(world):
    walk(world, "dark", dark=True)


@test("meets no barrier on a phone", only="chromium", phone=True)
def phone(world):
    walk(world, "phone", phone=True)


def walk(world, name, **window):
    me = world.me([*mailbag.EVERYDAY, *mailbag.many(20)])
    way_in = world.window(**window)
    way_in.goto(world.stage.address)
    way_in.field("Password").wait()
    check(way_in, f"{name}: signing in")
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
    check(page, f"{name}: a conversation")
    page.goto(world.stage.address + "/#/mail")
    mail.row("The invoice").wait()
    page.press("?")
    page.css("dialog[open]").wait()
    check(page, f"{name}: a dialog")
    page.press("Escape")
    page.css("dialog[open]").wait_gone()
    mail.choose("The invoice")
    check(page, f"{name}: a selection")
    page.press("Escape")
    drafts = me.folders()["drafts"]["id"]
    page.goto(f"{world.stage.address}/#/mail/{drafts}")
    page.says("There is nothing here.").wait()
    check(page, f"{name}: an empty folder")
    page.press("c")
    page.button("Send").wait()
    check(page, f"{name}: writing")
