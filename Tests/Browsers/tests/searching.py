"""Searching by words and by operators."""

from driving.mailpage import MailPage, server_has
from driving.page import until
from driving.runner import test


def found(mail, text, *subjects):
    mail.page.field("Search mail").fill(text)
    mail.page.press("Enter")

    def right():
        rows = mail.rows()
        return len(rows) == len(subjects) and all(any(subject in row for row in rows) for subject in subjects)
    until(right, lambda: f"{subjects} for {text!r}; there was {mail.rows()}")


@test("finds letters by words, and by who, where, when, what is attached and what is not wanted")
def operators(world):
    page = world.signed_in(world.me())
    mail = MailPage(page)
    mail.row("The invoice").wait()
    found(mail, "roof", "A question about the roof")
    found(mail, "from:alan noon", "Lunch on Friday")
    found(mail, "has:attachment filename:invoice", "The invoice for October")
    found(mail, "filename:attached")
    found(mail, "subject:\"the meeting\"", "Minutes of the meeting")
    found(mail, "is:starred", "Grüße aus Köln")
    found(mail, "is:unread -lunch -from:orchard", "The invoice for October", "A question about the roof")
    found(mail, "in:family", "Old photographs")
    found(mail, "older:30d", "Old photographs")
    page.button("Search without: older than 30d").click()
    page.field("Search mail").wait_for(lambda place: place["value"] == "", "be empty again")
    found(mail, "castle")
    page.says("Nothing was found").wait()
    found(mail, "castle in:anywhere", "Win a castle")


@test("acts on a whole search, of which one letter was chosen")
def whole_search(world):
    me = world.me()
    page = world.signed_in(me)
    mail = MailPage(page)
    mail.row("The invoice").wait()
    found(mail, "from:grace", "Lunch on Friday", "Old photographs")
    mail.choose("Lunch on Friday")
    page.button("Select all 2 in this search").click()
    page.says("All 2 in this search selected").wait()
    mail.tool("Move to Trash").click()
    mail.gone("Old photographs")
    trash = me.folders()["trash"]["id"]
    until(lambda: trash in me.email("Old photographs")["mailboxIds"], "it in the trash")
    page.press("z")
    mail.row("Old photographs").wait()


@test("labels a letter by the keyboard, finds it by its label, and takes the label off")
def labels(world):
    me = world.me()
    page = world.signed_in(me)
    mail = MailPage(page)
    mail.open("A question about the roof")
    page.press("l")
    page.field("A new label").fill("Haus für Oma")
    page.press("Enter")
    server_has(me, "A question about the roof", lambda email: "haus_f=c3=bcr_oma" in email["keywords"], "have the label")
    mail.row("A question about the roof").wait_for(lambda place: "Haus für oma" in place["name"], "show the label")
    page.css(".folders a", "Haus für oma").click()
    page.css(".mail-list h1").wait_text("Found")
    mail.row("A question about the roof").wait()
    page.until("() => document.querySelectorAll('.mail-list [role=option]').length === 1", "one conversation alone")
    mail.open("A question about the roof")
    page.button("Take off the label Haus für oma").click()
    server_has(me, "A question about the roof", lambda email: "haus_f=c3=bcr_oma" not in email["keywords"], "have no label")
    mail.undo()
    server_has(me, "A question about the roof", lambda email: "haus_f=c3=bcr_oma" in email["keywords"], "have the label again")


@test("keeps a search by a name, comes back to it, and drops it")
def searches(world):
    page = world.signed_in(world.me())
    mail = MailPage(page)
    mail.row("The invoice").wait()
    page.field("Search").fill("from:grace")
    page.press("Enter")
    page.css(".mail-list h1").wait_text("Found")
    page.button("Keep this search").click()
    page.field("Name").fill("What Grace wrote")
    page.press("Enter")
    mail.go_to("Inbox")
    page.css(".folders a", "What Grace wrote").click()
    page.css(".mail-list h1").wait_text("Found")
    mail.row("Lunch on Friday").wait()
    page.button("Keep this search").click()
    page.css(".folders a", "What Grace wrote").wait_gone()
