"""Writing: letters, answers, drafts, and what comes out at the provider's outgoing server."""

import email
import email.policy
import os
import tempfile

from driving import mailbag
from driving.mailbag import Letter
from driving.mailpage import MailPage
from driving.page import until
from driving.runner import test

SUBMISSION = ["urn:ietf:params:jmap:core", "urn:ietf:params:jmap:mail", "urn:ietf:params:jmap:submission"]


def writer(world, mail=mailbag.EVERYDAY):
    """(the person, a window, what is sent)."""
    me = world.me(mail)
    office = world.office()
    return me, MailPage(world.signed_in(me)), office


def sent(office):
    recipients, octets = office.wait(1)[0]
    return recipients, email.message_from_bytes(octets, policy=email.policy.default)


@test("writes a letter with a file, and it goes out after the time in which it can be taken back")
def writes(world):
    me, mail, office = writer(world)
    page = mail.page
    mail.row("The invoice").wait()
    page.press("c")
    page.field("To", within=".composer").click()
    page.type("grace@example.org,")
    page.field("Subject", within=".composer").fill("A walk")
    page.css(".composer [contenteditable]").click()
    page.type("Shall we go for a walk tomorrow?")
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "map.txt")
        with open(path, "w", encoding="utf-8") as file:
            file.write("Left at the mill.\n")
        page.choose_files(".composer input[type=file]", [path])
        page.css(".composer").wait_text("map.txt is attached")
        page.button("Send", within=".composer").click()
        recipients, message = sent(office)
    assert recipients == ["grace@example.org"], recipients
    assert message["Subject"] == "A walk", message["Subject"]
    assert "Shall we go for a walk tomorrow?" in message.get_body(("plain",)).get_content()
    files = {part.get_filename(): part.get_content() for part in message.iter_attachments()}
    assert files == {"map.txt": "Left at the mill.\n"}, files
    until(lambda: [each for each in me.emails(inMailbox=me.folders()["sent"]["id"]) if each["subject"] == "A walk"], "it in Sent")


@test("takes a letter back while it can, and finds it as it was written")
def takes_back(world):
    me, mail, office = writer(world, mail=())
    page = mail.page
    page.css(".mail-list h1").wait_text("Inbox")
    page.press("c")
    page.field("To", within=".composer").click()
    page.type("grace@example.org,")
    page.field("Subject", within=".composer").fill("Too early")
    page.button("Send", within=".composer").click()
    page.button("Undo", within=".notices").click()
    page.field("Subject", within=".composer").wait_for(lambda place: place["value"] == "Too early", "hold the subject")
    assert not office.messages


@test("answers a letter, to be sent tomorrow: to whom, what about and what was said are there; and takes it back from Sent")
def answers(world):
    me, mail, _ = writer(world)
    page = mail.page
    mail.open("A question about the roof")
    page.says("this is all I wanted to say", within=".letter .messages").wait()
    page.press("r")
    page.css(".composer [contenteditable]").wait()
    page.field("Subject", within=".composer").wait_for(lambda place: "A question about the roof" in place["value"], "hold the subject")
    page.css(".composer [contenteditable]").click()
    page.press("Ctrl+Home")
    page.type("It is tight.")
    page.button("Send later", within=".composer").click()
    page.button("Tomorrow 8:00", within="dialog[open]").click()
    page.button("Send then", within="dialog[open]").click()
    page.css(".composer").wait_gone()
    recipients, message = leaving(me)
    assert recipients == ["next@door.example"], recipients
    assert message["Subject"] == "Re: A question about the roof", message["Subject"]
    text = message.get_body(("plain",)).get_content()
    assert text.startswith("It is tight.") and "> " in text, text
    until(lambda: "$answered" in me.email("A question about the roof")["keywords"], "it marked as answered")
    mail.go_to("Sent")
    mail.open("A question about the roof")
    page.button("Take back", within=".letter").click()
    page.css(".composer [contenteditable]").wait_text("It is tight.")
    until(lambda: not submissions(me), "nothing left to be sent")


@test("answers everybody, but not oneself, and forwards a letter with its files")
def answers_all(world):
    _, mail, _ = writer(world, [Letter(
        "The tour", to="Ada <ada@example.net>, Bob <bob@example.org>", headers=(("Cc", "Carol <carol@example.org>"),),
        attachments=(("route.txt", "text/plain", b"Along the river.\n"),))])
    page = mail.page
    mail.open("The tour")
    page.button("Reply to all", within=".letter").click()
    for name in ("Grace", "Bob", "Carol"):
        page.css(".composer").wait_text(name)
    assert "Ada" not in " ".join(page.css(".composer .recipients").texts()), page.css(".composer .recipients").texts()
    page.press("Escape")
    page.css(".composer").wait_gone()
    page.button("Forward", within=".letter").click()
    page.css(".composer").wait_text("route.txt")
    page.field("Subject", within=".composer").wait_for(lambda place: place["value"] == "Fwd: The tour", "say what is forwarded")


def submissions(me):
    """What waits at the server for its time to be sent."""
    found = me.device.calls([
        ("EmailSubmission/query", {"filter": {"undoStatus": "pending"}}),
        ("EmailSubmission/get", {"#ids": {"resultOf": "0", "name": "EmailSubmission/query", "path": "/ids"}})], SUBMISSION)
    return found[1]["list"]


def leaving(me):
    """The one letter that waits at the server to be sent, as it will leave."""
    one = until(lambda: submissions(me), "it at the server")[0]
    blob = me.device.call("Email/get", {"ids": [one["emailId"]], "properties": ["blobId"]})["list"][0]["blobId"]
    return ([to["email"] for to in one["envelope"]["rcptTo"]],
            email.message_from_bytes(me.device.download(blob), policy=email.policy.default))


@test("is interrupted while writing, and goes on later from the drafts")
def drafts(world):
    me, mail, _ = writer(world, mail=())
    page = mail.page
    page.css(".mail-list h1").wait_text("Inbox")
    page.press("c")
    page.field("Subject", within=".composer").fill("Half a thought")
    page.css(".composer [contenteditable]").click()
    page.type("It began like this")
    until(lambda: [each for each in me.emails() if each["subject"] == "Half a thought" and "$draft" in each["keywords"]], "a draft")
    page.css(".composer .saved").wait_text("Saved")
    page.reload()
    mail.go_to("Drafts")
    mail.open("Half a thought")
    page.button("Go on writing").click()
    page.css(".composer [contenteditable]").wait_text("It began like this")
