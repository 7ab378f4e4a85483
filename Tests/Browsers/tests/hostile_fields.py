"""Attacks beside the HTML: in subjects, names, addresses, names of files and folders, search terms, and header fields."""

from driving.beacon import Beacon
from driving.mailbag import Letter
from driving.mailpage import MailPage
from driving.runner import test

MARKUP = '<img src=x onerror="top.fired=1"><script>top.fired=1</script>'
UNTOUCHED = """(origin) => window.fired === undefined && !document.querySelector('[onerror], img[src=x], main script')
  && ![...document.querySelectorAll('a[href], area[href], form[action]')].some((each) => /^(javascript|data|vbscript):/i.test((each.getAttribute('href') ?? each.getAttribute('action')).trim()))
  && ![...document.querySelectorAll('[src], [href]')].some((each) => each.tagName !== 'A' && (each.src ?? each.href)?.toString().startsWith?.(origin))"""


def hostile(beacon):
    load = f'"><img src={beacon.origin}/field>'
    return [
        Letter(f"Subject {MARKUP} {load}", sender='"' + MARKUP.replace('"', "'") + '" <odd@example.org>', age=1,
               text=f"{MARKUP}\njavascript:top.fired=1\nhttps://example.org/\"onmouseover=top.fired=1 \n{load}\n",
               attachments=((f"{MARKUP}.txt".replace("/", "-"), "text/plain", MARKUP.encode()),
                            ("page.html", "text/html", MARKUP.encode()), ("picture.svg", "image/svg+xml",
                             f'<svg xmlns="http://www.w3.org/2000/svg" onload="top.fired=1"><image href="{beacon.origin}/svg"/></svg>'.encode())),
               headers=(("Authentication-Results", f"mx.example; spf=pass {MARKUP}"), ("List-Id", f"{MARKUP} <list.example>"),
                        ("List-Unsubscribe", "<javascript:top.fired=1>"))),
        Letter("{{constructor.constructor('top.fired=1')()}} ${top.fired=1} %3Cscript%3E", age=2, sender="=?utf-8?q?=3Cscript=3Etop.fired=3D1=3C/script=3E?= <b@example.org>"),
    ]


@test("reads, searches and files letters that attack by their fields, and sees them as they are written")
def fields(world):
    beacon = Beacon()
    world.rest.append(beacon)
    me = world.me(hostile(beacon))
    me.device.call("Mailbox/set", {"create": {"new": {"name": "F " + MARKUP}}})
    page = world.signed_in(me)
    mail = MailPage(page)
    mail.row("Subject <img").wait()
    mail.folder("F <img").wait()

    def untouched(where):
        assert page.call(UNTOUCHED, beacon.origin), f"{where}: something of a sender became the page's"
        assert not beacon.hits(), (where, beacon.hits())

    untouched("the list")
    mail.row("Subject <img").click()
    page.css(".letter h2").wait_text("Subject <img")
    page.says("javascript:top.fired=1").wait()
    untouched("the letter")
    page.button("Details").click()
    untouched("its details")
    page.button(".txt").click()
    page.css("dialog[open]").wait_text("<script>")
    untouched("an attached text")
    page.press("Escape")
    page.css("dialog[open]").wait_gone()
    page.field("Search mail").fill(f'subject:"{MARKUP}" in:{MARKUP} "')
    page.press("Enter")
    page.css(".mail-list h1").wait()
    untouched("the search")
    page.goto(world.stage.address + "/#/search/%3Cimg%20src%3Dx%20onerror%3Dtop.fired%3D1%3E?q=%3Cscript%3Etop.fired=1%3C/script%3E")
    page.css("main#main").wait()
    untouched("an address")
    page.goto(world.stage.address + "/#/mail/all")
    mail.row("{{constructor").wait()
    mail.row("{{constructor").click()
    page.css(".letter h2").wait_text("{{constructor")
    untouched("a template")
    mail.tool("Archive").point()
    page.press("r")
    page.css(".composer [contenteditable]").wait()
    untouched("an answer")
