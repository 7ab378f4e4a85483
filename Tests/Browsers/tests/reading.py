"""Reading: lists, conversations, letters of every kind."""

from driving import mailbag
from driving.attacks import SETTLE
from driving.beacon import Beacon
from driving.mailpage import MailPage, server_has
from driving.page import until
from driving.runner import test


@test("opens the Inbox, sees the newest first and how much is unread")
def opens_the_inbox(world):
    page = world.signed_in(world.me())
    mail = MailPage(page)
    mail.row("Lunch on Friday").wait()
    rows = mail.rows()
    assert "Lunch on Friday" in rows[0] and "The invoice" in rows[1], rows
    mail.wait_unread("Inbox", 4)
    assert len(rows) == 6, rows


@test("reads a conversation, which is then read on every device")
def reads_a_conversation(world):
    me = world.me()
    page = world.signed_in(me)
    mail = MailPage(page)
    mail.open("Lunch on Friday")
    page.says("At noon, by the river").wait()
    page.link("https://river.example/map").wait()
    server_has(me, "Lunch on Friday", lambda email: "$seen" in email["keywords"], "be marked as read")
    mail.wait_unread("Inbox", 3)


@test("opens what is attached: a picture, a text, and saves a file")
def opens_attachments(world):
    page = world.signed_in(world.me())
    MailPage(page).open("The invoice for October")
    page.button("notes.txt").click()
    page.css("dialog[open]").wait_text("Paid in full.")
    page.press("Escape")
    page.css("dialog[open]").wait_gone()
    page.button("plan.png").click()
    page.css("dialog[open] img").wait()
    page.press("Escape")
    page.css("dialog[open]").wait_gone()
    page.button("invoice.pdf").click()
    page.opens_pdf(page.link("Open the PDF in a new tab", within="dialog[open]"), "To be paid in October")


PICTURE = """() => {
  const picture = document.querySelector('.letter iframe')?.contentDocument?.querySelector('img[alt="A far picture"]');
  return {address: picture?.getAttribute('src') ?? null, isTried: picture?.complete, width: picture?.naturalWidth};
}"""


@test("reads a formatted letter: pictures that lie elsewhere wait for a click, and then come through the server or not at all")
def reads_html(world):
    beacon = Beacon()
    world.rest.append(beacon)
    page = world.signed_in(world.me([mailbag.newsletter(beacon.origin)]))
    MailPage(page).open("News of the orchard")
    page.css("h1", "The harvest is in", frame=".letter iframe").wait()
    page.says("1 invisible tracking picture was taken out").wait()
    page.call(SETTLE)
    assert page.call(PICTURE)["address"] is None and not beacon.hits(), beacon.hits()
    # The server fetches from the public web alone, and this machine is not part of it.
    page.allow("status of 502")
    page.button("Show", within=".remote").click()
    page.until(f"() => {{ const {{address, isTried}} = ({PICTURE})(); return address?.startsWith('/proxy/') && isTried; }}", "the picture asked for at the server")
    assert page.call(PICTURE)["width"] == 0 and not beacon.hits(), beacon.hits()


@test("looks into other folders, and finds letters in other scripts whole")
def looks_into_folders(world):
    page = world.signed_in(world.me())
    mail = MailPage(page)
    mail.open("Grüße aus Köln")
    page.says("Jürgen Groß").wait()
    mail.go_to("Family")
    mail.row("Old photographs").wait()
    mail.go_to("Junk")
    mail.row("Win a castle").wait()


@test("scrolls through hundreds of letters, comes to the last, marks all of them as read, and takes that back")
def scrolls(world):
    me = world.me([*mailbag.many(300)])
    page = world.signed_in(me)
    mail = MailPage(page)
    mail.row("Letter number 0,").wait()
    mail.row("Letter number 0,").click()
    page.css(".letter h2").wait_text("Letter number 0")
    page.call("() => { document.querySelector('.mail-list [role=listbox]').focus(); }")
    page.press("End")
    mail.row("Letter number 299").wait()
    assert len(mail.rows()) < 80, len(mail.rows())
    page.button("Select all").click()
    page.says("All 300 in this folder selected").wait()
    mail.tool("Mark as read").click()
    mail.wait_unread("Inbox", 0)
    until(lambda: not unread(me), "all of them read at the server")
    page.press("z")
    until(lambda: len(unread(me)) == 99, "those unread that were")


def unread(me):
    return me.emails(["id"], notKeyword="$seen")


@test("reads on a phone, one pane at a time", phone=True)
def reads_on_a_phone(world):
    page = world.signed_in(world.me(), **world.options)
    mail = MailPage(page)
    mail.row("The invoice").wait()
    assert not page.css(".mail-reading").is_there()
    mail.open("The invoice")
    page.says("Please find it attached").wait()
    assert not page.css(".mail-list").is_there()
    page.button("Back to the list").click()
    mail.row("The invoice").wait()
    assert page.call("() => document.documentElement.scrollWidth <= innerWidth"), "it is wider than the phone"
    page.button("Folders").click()
    mail.folder("Junk").click()
    mail.row("Win a castle").wait()
