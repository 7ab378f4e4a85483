"""Without a connection: the server is really stopped, and the browser is closed and opened again in between."""

import shutil
import tempfile
import urllib.error
import urllib.request

from driving.mailpage import MailPage, server_has
from driving.page import until
from driving.runner import sign_in, test

INVOICE, MINUTES, ROOF, COLOGNE = "The invoice for October", "Minutes of the meeting", "A question about the roof", "Grüße aus Köln"
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
    mail.choose(COLOGNE)
    page.press("b")
    page.button("Tomorrow morning", within="dialog[open]").click()
    mail.gone(COLOGNE)
    write(page)
    # Two were read for the first time.
    waits(page, "5 changes wait.")
    page.css(".waiting").wait_text("1 message waits in this browser")

    away.browser_ends()
    page, mail = away.browser_begins()
    page.goto(address)
    mail.row(INVOICE).wait_for(is_starred, "show the star still")
    waits(page, "5 changes wait.")
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
    until(lambda: "snoozed" in me.folders(), "the folder of what is put away")
    server_has(me, COLOGNE, lambda email: list(email["mailboxIds"]) == [me.folders()["snoozed"]["id"]], "be put away")
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
    # Nobody touches the page: that the server is away it finds out by itself.
    page.css(".banner").wait()
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
    # Firefox complains of whatever is under way when a page is left.
    if away.world.browser.name == "chromium":
        page.allow("SignedOut")
        page.call(MEANWHILE)
    page.button("Sign out").click()
    page.field("Password").wait()
    until(lambda: not any(page.call(COUNTS).values()), lambda: f"nothing kept: {page.call(COUNTS)}")
    assert page.call("() => localStorage.getItem('restante.pictures')") is None


# While somebody signs out, something else is asked for, and learns first that the session is over.
MEANWHILE = """() => {
  const real = window.fetch;
  let tell;
  const refused = new Promise((resolve) => { tell = resolve; });
  window.fetch = async (path, options) => {
    const answer = await real(path, options);
    if (answer.status === 401) tell();
    if (options?.method !== 'DELETE') return answer;
    location.hash = '#/settings/devices';
    await refused;
    await new Promise((resolve) => setTimeout(resolve));
    return answer;
  };
}"""
COUNT_OF = """(store) => new Promise((resolve) => {
  const request = indexedDB.open('restante');
  request.onupgradeneeded = () => request.transaction.abort();
  request.onerror = () => resolve(0);
  request.onsuccess = () => {
    const database = request.result;
    const asked = database.transaction(store).objectStore(store).count();
    asked.onsuccess = () => { database.close(); resolve(asked.result); };
  };
})"""


def kept(page, store, count):
    until(lambda: page.call(COUNT_OF, store) == count, lambda: f"{count} {store} kept: {page.call(COUNT_OF, store)}")


def goes_away(world, me, page):
    """Stops the server; it is back when the test ends."""
    class Back:
        def close(self):
            if world.stage.daemon.process is None:
                world.stage.daemon.serve()
    world.rest.append(Back())
    page.allow(AWAY)
    world.stage.daemon.stop()
    me.device.close()


def is_signed_in(address, cookie):
    try:
        urllib.request.urlopen(urllib.request.Request(address + "/jmap/session", headers={"Cookie": "=".join(cookie)}), timeout=60)
        return True
    except urllib.error.HTTPError as error:
        if error.code != 401:
            raise
        return False


@test("opens attachments and pictures while the server is away, and signs out without it")
def opens_files_without_server(world):
    me = world.me()
    page = world.signed_in(me)
    mail = MailPage(page)
    mail.row("The invoice").wait()
    # An apple in a letter, and three files with another.
    kept(page, "files", 4)
    page.until(WORKS, "the service worker at work")
    goes_away(world, me, page)
    mail.open("The invoice for October")
    page.button("notes.txt").click()
    page.css("dialog[open]").wait_text("Paid in full.")
    page.press("Escape")
    mail.open("News of the orchard")
    page.until("() => [...document.querySelectorAll('iframe')].some((frame) => frame.contentDocument?.querySelector('img[alt=\"An apple\"]')?.naturalWidth > 0)",
               "the apple in the letter")
    page.button("New folder").click()
    mail.notice("only with a connection")
    cookie, me._cookie = me.cookie(world.stage.address), None
    page.button("Sign out").click()
    # That two letters were read has not reached it.
    page.button("Sign out", within="dialog[open]").click()
    page.says("The server has not heard of it yet").wait()
    assert page.call(COUNT_OF, "letters") == 0
    world.stage.daemon.serve()
    page.says("The server knows now").wait()
    assert not is_signed_in(world.stage.address, cookie)


@test("keeps less where the browser has little space, and is told so")
def keeps_less(world):
    me = world.me()
    page = world.signed_in(me)
    MailPage(page).row("The invoice").wait()
    kept(page, "files", 4)
    page.call("() => { navigator.storage.estimate = async () => ({usage: 90, quota: 100}); }")
    me.device.call("Email/set", {"update": {me.email("A question about the roof")["id"]: {"keywords/$flagged": True}}})
    kept(page, "files", 0)
    kept(page, "letters", 0)
    page.goto(world.stage.address + "/#/settings/you")
    page.says("This browser has little space left").wait()


@test("is told of a new version, and reloads when it is convenient")
def reloads(world):
    page = world.signed_in(world.me(mail=()))
    page.until(WORKS, "the service worker at work")
    page.call("() => { navigator.serviceWorker.dispatchEvent(new MessageEvent('message', {data: {version: '/web/another'}})); window.isOld = true; }")
    page.says("A new version of this page is ready").wait()
    page.allow("NetworkError when attempting to fetch")
    page.button("Reload").click()
    page.until("() => window.isOld === undefined && document.querySelector('main#main') !== null", "the page anew")


# A service that takes subscriptions: its address is one of this machine, where nobody listens.
SERVICE = """() => {
  const key = (length) => btoa(String.fromCharCode(...new Uint8Array(length).fill(7))).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
  let current = null;
  PushManager.prototype.getSubscription = async () => current;
  PushManager.prototype.subscribe = async ({applicationServerKey}) => {
    window.serverKey = applicationServerKey;
    const pair = await crypto.subtle.generateKey({name: 'ECDH', namedCurve: 'P-256'}, true, ['deriveBits']);
    const point = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey));
    const p256dh = btoa(String.fromCharCode(...point)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
    current = {toJSON: () => ({endpoint: 'https://127.0.0.1:1/push', keys: {p256dh, auth: key(16)}}), unsubscribe: async () => { current = null; }};
    return current;
  };
}"""
SUBSCRIPTIONS = """async () => {
  const body = JSON.stringify({using: ['urn:ietf:params:jmap:core'], methodCalls: [['PushSubscription/get', {ids: null}, '0']]});
  const answer = await fetch('/jmap/api', {method: 'POST', headers: {'Content-Type': 'application/json'}, body});
  return (await answer.json()).methodResponses[0][1].list.map(({types}) => types);
}"""
SHOWN = "async () => (await (await navigator.serviceWorker.ready).getNotifications()).map(({title, body}) => [title, body])"


@test("is told of new mail while the page is closed, once it is asked for, and no longer when it is not", only="chromium")
def pushes(world):
    me = world.me()
    page = world.signed_in(me)
    MailPage(page).row("The invoice").wait()
    page.context.grant_permissions(["notifications"])
    page.until("async () => (await navigator.serviceWorker.getRegistration())?.active?.state === 'activated'", "the service worker at work")
    page.call(SERVICE)
    page.call("() => { location.hash = '#/settings/you'; }")
    box = page.role("checkbox", "Tell me of new mail")
    box.click()
    until(lambda: page.call(SUBSCRIPTIONS) == [["EmailDelivery"]], "a subscription at the server")
    assert page.call("() => window.serverKey.length > 80")

    session = page.context.new_cdp_session(page.page)
    registrations = []
    session.on("ServiceWorker.workerRegistrationUpdated", lambda event: registrations.extend(event["registrations"]))
    session.send("ServiceWorker.enable")
    until(lambda: registrations or page.call("() => null"), "the service worker's registration")
    page.goto("about:blank")
    session.send("ServiceWorker.deliverPushMessage", {
        "origin": world.stage.address, "registrationId": registrations[0]["registrationId"],
        "data": '{"@type": "StateChange", "changed": {}}'})
    # The page subscribes anew, with the browser's own service, if it does so before it has ours.
    page.allow("does not support the Push API in incognito mode")
    page.goto(world.stage.address + "/#/settings/you")
    until(lambda: page.call(SHOWN) == [["New mail from Grace Hopper", "Re: Lunch on Friday"]], lambda: f"the news: {page.call(SHOWN)}")
    page.call(SERVICE)
    box.click()
    until(lambda: page.call(SUBSCRIPTIONS) == [], "no subscription at the server")


@test("reads why there is no news of mail: leave was refused, the service is out of reach, the browser has none", only="firefox")
def no_news(world):
    page = world.signed_in(world.me(mail=()), "#/settings/you")
    box = page.role("checkbox", "Tell me of new mail")
    page.until(WORKS, "the service worker at work")
    page.permit(world.stage.address, "notifications", "denied")
    box.click()
    page.says("does not allow notifications").wait()
    box.wait_for(lambda place: place["isEnabled"] and not place["isChecked"], "be off")
    page.permit(world.stage.address, "notifications", "granted")
    box.click()
    page.says("That did not work").wait()
    box.wait_for(lambda place: place["isEnabled"] and not place["isChecked"], "be off")
    page.call("() => { delete window.PushManager; location.hash = '#/settings/devices'; }")
    page.role("heading", "Devices").wait()
    page.call("() => { location.hash = '#/settings/you'; }")
    page.says("This browser can’t tell of new mail").wait()
