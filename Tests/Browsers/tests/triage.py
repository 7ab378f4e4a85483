"""What is done to mail, and undone."""

from driving.attacks import SETTLE
from driving.mailpage import MailPage, server_has
from driving.page import until
from driving.runner import test

INVOICE = "The invoice for October"


def in_folder(me, name):
    box = me.folders()[name]["id"]
    return lambda email: box in email["mailboxIds"]


@test("archives a letter, and takes it back by a click")
def archives(world):
    me = world.me()
    page = world.signed_in(me)
    mail = MailPage(page)
    mail.choose(INVOICE)
    mail.tool("Archive").click()
    mail.gone(INVOICE)
    mail.notice("Archived")
    server_has(me, INVOICE, in_folder(me, "archive"), "be in the archive")
    mail.undo()
    mail.row(INVOICE).wait()
    server_has(me, INVOICE, in_folder(me, "inbox"), "be back")


@test("moves three letters to Trash at once, and takes all of them back by a key")
def trashes_many(world):
    me = world.me()
    page = world.signed_in(me)
    mail = MailPage(page)
    three = (INVOICE, "Minutes of the meeting", "A question about the roof")
    mail.choose(*three)
    mail.tool("Move to Trash").click()
    for subject in three:
        mail.gone(subject)
        server_has(me, subject, in_folder(me, "trash"), "be in the trash")
    page.press("z")
    for subject in three:
        mail.row(subject).wait()
        server_has(me, subject, in_folder(me, "inbox"), "be back")


@test("drags a letter into a folder")
def drags(world):
    me = world.me()
    page = world.signed_in(me)
    mail = MailPage(page)
    mail.row(INVOICE).drag_to(mail.folder("Family"))
    mail.gone(INVOICE)
    server_has(me, INVOICE, in_folder(me, "Family"), "be in the folder")


@test("calls a letter junk and takes that back; throws another away, and for good")
def junk(world):
    me = world.me()
    page = world.signed_in(me)
    mail = MailPage(page)
    mail.choose("News of the orchard")
    mail.tool("Junk").click()
    mail.gone("News of the orchard")
    mail.go_to("Junk")
    mail.choose("News of the orchard")
    mail.tool("Not junk").click()
    mail.gone("News of the orchard")
    server_has(me, "News of the orchard", in_folder(me, "inbox"), "be in the Inbox again")
    mail.choose("Win a castle")
    mail.tool("Move to Trash").click()
    mail.gone("Win a castle")
    mail.go_to("Trash")
    mail.choose("Win a castle")
    mail.tool("Delete for ever").click()
    page.button("Delete for ever", within="dialog[open]").click()
    mail.gone("Win a castle")
    until(lambda: not me.emails(subject="castle"), "it gone from the server")


@test("throws away for good what is read in Trash; what another device destroyed is said to be gone", only="chromium")
def gone_for_good(world):
    me = world.me()
    trash = me.folders()["trash"]["id"]
    me.device.call("Email/set", {"update": {me.email("Win a castle")["id"]: {"mailboxIds": {trash: True}}}})
    page = world.signed_in(me, f"#/mail/{trash}")
    mail = MailPage(page)
    mail.open("Win a castle")
    page.button("Delete", within=".letter-tools").click()
    page.button("Delete for ever", within="dialog[open]").click()
    mail.gone("Win a castle")
    until(lambda: not me.emails(subject="castle"), "it gone from the server")
    mail.go_to("Inbox")
    mail.open(INVOICE)
    me.device.call("Email/set", {"destroy": [me.email(INVOICE)["id"]]})
    page.css(".letter h2").wait_text("not there any more")
    assert not page.button("Reply", within=".letter").is_there()


@test("puts a letter away by a key, takes that back, sees in Snoozed until when, and brings it back")
def snoozes(world):
    me = world.me()
    page = world.signed_in(me)
    mail = MailPage(page)

    def put_away():
        mail.choose(INVOICE)
        page.press("b")
        page.button("Tomorrow morning", within="dialog[open]").click()
        mail.gone(INVOICE)
        until(lambda: "snoozed" in me.folders(), "the folder at the server")
        server_has(me, INVOICE, in_folder(me, "snoozed"), "be put away")
    put_away()
    page.press("z")
    mail.row(INVOICE).wait()
    server_has(me, INVOICE, in_folder(me, "inbox"), "be back")
    put_away()
    mail.go_to("Snoozed")
    mail.row(INVOICE).wait_text("until")
    mail.choose(INVOICE)
    mail.tool("Bring back now").click()
    mail.gone(INVOICE)
    server_has(me, INVOICE, in_folder(me, "inbox"), "be in the Inbox")


@test("swipes on a phone: to one side archives, to the other marks as read; what was archived is taken back", phone=True)
def swipes(world):
    me = world.me()
    page = world.signed_in(me, **world.options)
    mail = MailPage(page)

    def swipe(far):
        x, y = mail.row(INVOICE).point()
        page.swipe((x - far / 2, y), (x + far / 2, y))
    swipe(-260)
    mail.gone(INVOICE)
    server_has(me, INVOICE, in_folder(me, "archive"), "be in the archive")
    mail.notice("Archived")
    mail.undo()
    mail.row(INVOICE).wait()
    server_has(me, INVOICE, in_folder(me, "inbox"), "be back")
    swipe(260)
    server_has(me, INVOICE, lambda email: "$seen" in email["keywords"], "be read")
    # Not far enough is nothing.
    swipe(60)
    mail.row(INVOICE).wait()
    server_has(me, INVOICE, lambda email: "$seen" in email["keywords"], "be read still")


@test("does the whole triage with the keyboard alone, and switches its keys off")
def keyboard(world):
    me = world.me()
    page = world.signed_in(me)
    mail = MailPage(page)
    mail.row(INVOICE).wait()
    page.press("g")
    page.press("i")
    # From the top of the page to the list, by Tab alone.
    for _ in range(60):
        if page.call("() => document.activeElement?.getAttribute('role') === 'listbox'"):
            break
        page.press("Tab")
    assert page.call("() => document.activeElement?.getAttribute('role') === 'listbox'"), "Tab does not lead to the list"
    page.press("Home")
    page.press("j")
    until(lambda: INVOICE in page.call(ACTIVE), "the invoice under the keyboard")
    page.press("s")
    server_has(me, INVOICE, lambda email: "$flagged" in email["keywords"], "be starred")
    page.press("Enter")
    page.css(".letter h2").wait_text(INVOICE)
    server_has(me, INVOICE, lambda email: "$seen" in email["keywords"], "be read")
    page.press("Shift+U")
    server_has(me, INVOICE, lambda email: "$seen" not in email["keywords"], "be unread")
    page.press("u")
    page.css(".letter h2").wait_gone()
    page.press("x")
    mail.row(INVOICE).wait_for(lambda place: place["isSelected"], "be selected")
    page.press("v")
    page.css("dialog[open]").wait()
    page.type("fam")
    page.press("Enter")
    mail.gone(INVOICE)
    server_has(me, INVOICE, in_folder(me, "Family"), "be moved")
    page.press("z")
    mail.row(INVOICE).wait()
    server_has(me, INVOICE, in_folder(me, "inbox"), "be back")
    page.press("?")
    page.css("dialog[open]").wait_text("archive")
    page.role("checkbox", "Keys of a single character work").click()
    page.press("Escape")
    page.css("dialog[open]").wait_gone()
    page.press("c")
    page.press("g")
    page.press("d")
    page.call(SETTLE)
    assert mail.row(INVOICE).is_there() and not page.css(".composer").is_there(), "keys that were switched off still work"


ACTIVE = """() => {
  const id = document.activeElement?.getAttribute('aria-activedescendant');
  return (id && document.getElementById(id)?.getAttribute('aria-label')) ?? '';
}"""


@test("makes a folder, calls it something else, puts it into another one, and deletes it")
def folders(world):
    me = world.me()
    page = world.signed_in(me)
    mail = MailPage(page)
    page.button("New folder").click()
    page.field("Name", within="dialog[open]").fill("Travel")
    page.press("Enter")
    mail.folder("Travel").wait()
    page.button("What to do with Travel").click()
    page.role("menuitem", "Rename").click()
    page.field("Name", within="dialog[open]").fill("Journeys")
    page.press("Enter")
    mail.folder("Journeys").wait()
    until(lambda: "Journeys" in me.folders(), "the folder at the server")
    page.button("What to do with Journeys").click()
    page.role("menuitem", "Move").click()
    page.button("Family", within="dialog[open]").click()
    until(lambda: me.folders()["Journeys"]["parentId"] == me.folders()["Family"]["id"], "the folder in the other one")
    page.button("What to do with Journeys").click()
    page.role("menuitem", "Delete folder").click()
    page.css("dialog[open] button", "Delete").click()
    mail.folder("Journeys").wait_gone()
    until(lambda: "Journeys" not in me.folders(), "the folder go away at the server")
