"""What can be done with a letter beside reading and answering: printing, leaving a list, its source; other directions."""

import re
import zlib

from driving import mailbag
from driving.mailbag import Letter
from driving.mailpage import MailPage
from driving.page import DESKTOP, until
from driving.runner import test

# The browser's question which printer to take is not the page's.
PRINTER = "() => { window.printed = 0; window.print = () => { window.printed += 1; }; }"
WIDER = """() => {
  const page = document.documentElement;
  const out = [...document.querySelectorAll('.mail-list, .mail-reading, .letter h2, .composer, dialog[open], .settings-page, .top button')]
    .filter((each) => each.checkVisibility()).filter((each) => {
      const {left, right, width} = each.getBoundingClientRect();
      return width && (left < -1 || right > innerWidth + 1);
    });
  return [page.scrollWidth > page.clientWidth && 'the page', ...out.map((each) => each.className || each.tagName)].filter(Boolean);
}"""
DIRECTION = "(selector) => getComputedStyle(document.querySelector(selector)).direction"


def sheets(pdf):
    """How many pages a PDF has, some of whose objects may be packed."""
    texts = [pdf]
    for packed in re.findall(rb"/ObjStm.*?stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        texts.append(zlib.decompress(packed))
    return sum(len(re.findall(rb"/Type\s*/Page\b", text)) for text in texts)


def opened(world, *letters, **window):
    """(a window in which the first letter is read, the person)."""
    me = world.me(letters)
    page = world.signed_in(me, **window)
    MailPage(page).open(letters[0].subject)
    return page, me


def more(page, what):
    page.button("More for this message").click()
    page.role("menuitem", what).click()


@test("prints a long letter whole")
def prints(world):
    page, _ = opened(world, Letter("A long story", text="".join(f"Line {number} of it.\n" for number in range(200))))
    page.says("Line 199 of it.").wait()
    page.call(PRINTER)
    page.button("More", within=".letter-tools").click()
    page.role("menuitem", "Print").click()
    page.until("() => window.printed === 1", "the printer asked")
    assert sheets(page.pdf()) >= 3, sheets(page.pdf())


@test("leaves a list: by its page, which opens only after a question, or by a draft")
def unsubscribes(world):
    page, _ = opened(world, mailbag.newsletter(), Letter(
        "The choir meets", age=2, headers=(("List-Unsubscribe", "<mailto:leave@choir.example?subject=no%20more>"),)))
    page.button("Unsubscribe", within=".letter").click()
    page.css("dialog[open]").wait_text("orchard.example")
    assert page.popups == 0
    page.button("Open the page", within="dialog[open]").click()
    until(lambda: page.fragment() and page.popups == 1, "its page in a new tab")
    page.close_popups()
    MailPage(page).open("The choir meets")
    page.button("Unsubscribe", within=".letter").click()
    page.css("dialog[open]").wait_text("leave@choir.example")
    page.button("Write the draft", within="dialog[open]").click()
    page.css(".composer").wait_text("leave@choir.example")
    page.field("Subject", within=".composer").wait_for(lambda place: place["value"] == "no more", "say what the list asks for")


@test("leaves a list by one request, which the server sends to no machine of its own network")
def tells_the_list(world):
    page, me = opened(world, Letter("Offers of the week", headers=(
        ("DKIM-Signature", "v=1; a=rsa-sha256; d=shop.example; s=a; h=from:list-unsubscribe:list-unsubscribe-post; bh=YQ==; b=YQ=="),
        ("List-Unsubscribe", "<https://127.0.0.1/leave>"), ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"))))
    page.button("Unsubscribe", within=".letter").click()
    page.css("dialog[open]").wait_text("This server tells 127.0.0.1")
    page.button("Unsubscribe", within="dialog[open]").click()
    page.css("dialog[open]").wait_text("not on the public web")
    page.button("Leave in another way", within="dialog[open]").click()
    page.button("Open the page", within="dialog[open]").wait()
    page.press("Escape")
    (email,) = me.device.call("Email/query", {"filter": {"subject": "offers of the week"}})["ids"]
    me.device.call("Email/set", {"update": {email: {"keywords/$unsubscribed": True}}})
    page.css(".letter").wait_text("Unsubscribed")


@test("looks at a letter's source and its header fields, and saves it as it came")
def looks_behind(world):
    page, me = opened(world, Letter("A question about the roof"))
    more(page, "Show the source")
    page.css("dialog[open] pre").wait_text("MIME-Version: 1.0")
    page.press("Escape")
    page.css("dialog[open]").wait_gone()
    more(page, "All headers")
    page.css("dialog[open] table").wait_text("Message-ID")
    page.field("Show fields that contain", within="dialog[open]").fill("mime")
    page.css("dialog[open] table").wait_for(lambda place: "Message-ID" not in place["text"], "leave out the others")
    page.button("Close", within="dialog[open]").click()
    page.css("dialog[open]").wait_gone()
    if world.browser.name == "chromium":
        name, octets = page.downloads(lambda: more(page, "Download as a file"))
        blob = me.device.call("Email/get", {"ids": None, "properties": ["blobId"]})["list"][0]["blobId"]
        assert name == "A question about the roof.eml" and octets == me.device.download(blob), name


@test("reads a letter in Arabic from right to left, and a page that is turned round is nowhere wider than the screen")
def right_to_left(world):
    page, _ = opened(world, Letter(
        "رسالة من القاهرة", sender="ليلى <layla@example.org>",
        text="السلام عليكم\n\nhttps://example.org/" + "far/" * 60 + "\n"), *mailbag.EVERYDAY[:4])
    page.says("السلام عليكم", within=".letter .plain").wait()
    assert [page.call(DIRECTION, place) for place in ("body", ".letter .plain")] == ["ltr", "rtl"]
    page.call("() => { document.documentElement.dir = 'rtl'; }")
    for width, height in (DESKTOP, (412, 839)):
        page.resize(width, height)
        page.css(".letter h2").point()
        narrow(page, width, "a letter")
        page.press("r")
        page.css(".composer [contenteditable]").wait()
        narrow(page, width, "an answer")
        page.press("Escape")
        page.css(".composer").wait_gone()
        page.call("() => { location.hash = '#/mail'; }")
        MailPage(page).row("The invoice").wait()
        narrow(page, width, "a list")
        page.press("?")
        page.css("dialog[open]").wait()
        narrow(page, width, "the help")
        page.press("Escape")
        page.css("dialog[open]").wait_gone()
        MailPage(page).open("رسالة من القاهرة")


def narrow(page, width, where):
    assert not page.call(WIDER), f"{where}, {width} pixels: {page.call(WIDER)}"
