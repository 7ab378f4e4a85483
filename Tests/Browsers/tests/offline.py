"""Without a connection: the server is really stopped, and the browser is closed and opened again in between."""

import shutil
import tempfile

from driving.mailpage import MailPage, server_has
from driving.page import until
from driving.runner import sign_in, test

INVOICE, MINUTES, ROOF = "The invoice for October", "Minutes of the meeting", "A question about the roof"
LETTER = "From the tunnel"
# What browsers say of a server that is away.
AWAY = r"ERR_CONNECTION|ERR_EMPTY_RESPONSE|ERR_INCOMPLETE|NetworkError|Firefox can.t establish|was interrupted while the page was loading"

# How much lies in each store of the browser's database; nothing is made by looking.
COUNTS = """() => new Promise((resolve) => {
  const request = indexedDB.open('restante');
  request.onupgradeneeded = () => request.transaction.abort();
  request.onerror = () => resolve({});
  request.onsuccess = async () => {
    const database = request.result;
    const count = (name) => new Promise((counted) => {
      const asked = database.transaction(name).objectStore(name).count();
      asked.onsuccess = () => counted([name, asked.result]);
    });
    const counts = await Promise.all([...database.objectStoreNames].map(count));
    database.close();
    resolve(Object.fromEntries(counts));
  };
})"""
WORKS = "async () => Boolean((await navigator.serviceWorker.getRegistration())?.active)"


class Away:
    """Somebody whose browser ends and begins over one profile, and whose server comes and goes."""

    def __init__(self, world):
        self.world, self.me = world, world.me()
        self.office = world.office()
        self._folder = tempfile.mkdtemp(prefix="restante-profile-")
        self._page = None
        world.rest.append(self)

    def browser_begins(self):
        self._page = self.world.browser.profile(self._folder)
        self._page.allow(AWAY)
        self.world.pages.append(self._page)
        return self._page, MailPage(self._page)

    def browser_ends(self):
        self._page.close()

    def server_stops(self):
        self.world.stage.daemon.stop()
        self.me.device.close()

    def server_is_back(self):
        if self.world.stage.daemon.process is None:
            self.world.stage.daemon.serve()

    def wait_kept(self):
        """Until this browser has the client's files and every letter, which is what it needs."""
        count = len(self.me.emails())
        self._page.until(WORKS, "the service worker at work")
        until(lambda: self._page.call(COUNTS).get("letters") == count, lambda: f"{count} letters kept: {self._page.call(COUNTS)}")

    def close(self):
        self.server_is_back()
        shutil.rmtree(self._folder, ignore_errors=True)


def is_starred(place):
    return "is-flagged" in place["classes"]


def star(mail, subject):
    mail.choose(subject)
    mail.tool("Star").click()
    mail.row(subject).wait_for(is_starred, "show the star")
    mail.page.press("Escape")


def write(page):
    page.press("c")
    page.field("To", within=".composer").click()
    page.type("grace@example.org,")
    page.field("Subject", within=".composer").fill(LETTER)
    page.css(".composer [contenteditable]").click()
    page.type("There is no light yet.")
    page.button("Send", within=".composer").click()
    page.css(".composer").wait_gone()


def read(mail, subject):
    mail.open(subject)
    mail.page.says("all I wanted to say", within=".letter .messages").wait()


def waits(page, changes):
    page.css(".banner").wait_text("No connection to the server")
    page.css(".banner").wait_text(changes)


@test("goes on without the server, over a restart of the browser: reads, marks, moves, writes and sends")
def without_a_server(world):
    away = Away(world)
    me, address = away.me, world.stage.address
    page, mail = away.browser_begins()
    sign_in(page, address, me)
    # One that is too old to be kept if it had not been opened.
    mail.go_to("Family")
    read(mail, "Old photographs")
    mail.go_to("Inbox")
    away.wait_kept()

    away.server_stops()
    page.reload()
    mail.row(INVOICE).wait()
    read(mail, ROOF)
    mail.open("News of the orchard")
    page.css("h1", "The harvest is in", frame=".letter iframe").wait()
    mail.go_to("Family")
    read(mail, "Old photographs")
    mail.go_to("Inbox")
    star(mail, INVOICE)
    mail.choose(MINUTES)
    mail.tool("Archive").click()
    mail.gone(MINUTES)
    write(page)
    # Two were read for the first time.
    waits(page, "4 changes wait.")
    page.css(".waiting").wait_text("1 message waits in this browser")

    away.browser_ends()
    page, mail = away.browser_begins()
    page.goto(address)
    mail.row(INVOICE).wait_for(is_starred, "show the star still")
    waits(page, "4 changes wait.")
    page.css(".waiting").wait_text("1 message waits in this browser")
    read(mail, ROOF)
    mail.go_to("Archive")
    mail.row(MINUTES).wait()

    # Another device is at the same letters before this browser is.
    away.browser_ends()
    away.server_is_back()
    elsewhere = {INVOICE: "$forwarded", MINUTES: "$flagged"}
    me.device.call("Email/set", {"update": {me.email(subject)["id"]: {f"keywords/{keyword}": True} for subject, keyword in elsewhere.items()}})
    page, mail = away.browser_begins()
    page.goto(address)
    archive, sent = (me.folders()[role]["id"] for role in ("archive", "sent"))
    server_has(me, INVOICE, lambda email: {"$flagged", "$forwarded"} <= set(email["keywords"]), "have both marks")
    server_has(me, MINUTES, lambda email: list(email["mailboxIds"]) == [archive] and "$flagged" in email["keywords"], "be moved and marked")
    server_has(me, ROOF, lambda email: "$seen" in email["keywords"], "be read")
    recipients, octets = away.office.wait(1)[0]
    assert recipients == ["grace@example.org"] and b"There is no light yet." in octets, (recipients, octets)
    server_has(me, LETTER, lambda email: list(email["mailboxIds"]) == [sent], "be what was sent")
    page.css(".waiting").wait_gone()
    mail.go_to("Archive")
    mail.row(MINUTES).wait_for(is_starred, "show the other device's star")
    assert len(away.office.messages) == 1, "it was sent twice"
    until(lambda: not {"changes", "outbox"} & {name for name, count in page.call(COUNTS).items() if count}, "nothing waiting here")
    leaves(away, page, mail)


def leaves(away, page, mail):
    """The server goes and comes back while the page is open; then nothing stays behind."""
    me = away.me
    mail.go_to("Inbox")
    page.css(".banner").wait_gone()
    away.server_stops()
    star(mail, ROOF)
    waits(page, "1 change waits.")
    page.button("Sign out").click()
    page.css("dialog[open]").wait_text("1 change has not reached the server yet")
    page.button("Cancel", within="dialog[open]").click()
    away.server_is_back()
    server_has(me, ROOF, lambda email: "$flagged" in email["keywords"], "be starred")
    page.css(".banner").wait_gone()
    page.call("() => localStorage.setItem('restante.pictures', '[\"news@orchard.example\"]')")
    assert page.call(COUNTS)["letters"] > 0
    page.button("Sign out").click()
    page.field("Password").wait()
    until(lambda: not any(page.call(COUNTS).values()), lambda: f"nothing kept: {page.call(COUNTS)}")
    assert page.call("() => localStorage.getItem('restante.pictures')") is None
