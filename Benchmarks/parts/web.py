"""What somebody at a screen waits for, in Chromium: the first load, a mailbox of 100,000, scrolling, marking as read."""

import os
import sys

from kit.wire import Wire

from .first_sync import wait_searchable
from .idle_poll import many
from .report import percentile
from .stage import USER

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PASSWORD = "a user's password"
ROUNDS = 20
LOADS = 5
SLOWER = 4
# An event source gets at most five events a second: the next change waits a little longer than that (see fan_out).
SPACING = 250

LISTED = ".mail-list [role=option]:not(.is-waiting)"
# Rows are in the document before they are on the screen: what is painted last counts once nothing follows for a while.
QUIET = "() => new Promise((resolve) => setTimeout(resolve, 1000))"
LCP = """() => new Promise((resolve) => {
  new PerformanceObserver((list) => resolve(list.getEntries().at(-1).startTime)).observe({type: 'largest-contentful-paint', buffered: true});
})"""
# Notes when rows of the list next look different and that was painted, as a moment that all pages of a machine share. Rows are
# drawn just before a picture is made, so the first message after it comes when the picture has been.
NEXT = """() => {
  window.painted = null;
  const list = document.querySelector('.mail-list');
  const observer = new MutationObserver(() => {
    if (!list.querySelector('[role=option][aria-posinset="1"]:not(.is-waiting)')) return;
    observer.disconnect();
    const {port1, port2} = new MessageChannel();
    port2.onmessage = () => { window.painted = performance.timeOrigin + performance.now(); };
    port1.postMessage(null);
  });
  observer.observe(list, {subtree: true, childList: true, attributes: true, attributeFilter: ['class', 'aria-label', 'aria-posinset']});
}"""
# Notes the moment of each event of a kind.
BEGAN = """(kind) => addEventListener(kind, ({timeStamp}) => { window.began = performance.timeOrigin + timeStamp; }, {capture: true})"""
SCROLL = """() => new Promise((resolve) => {
  const list = document.querySelector('.mail-list [role=listbox]');
  const frames = [];
  let [last, rows] = [performance.now(), 0];
  const end = last + 5000;
  const step = (now) => {
    frames.push(now - last);
    last = now;
    rows = Math.max(rows, list.querySelectorAll('[role=option]').length);
    list.scrollTop += 4000;
    if (now < end) requestAnimationFrame(step); else resolve({frames: frames.slice(2), rows});
  };
  requestAnimationFrame(step);
})"""


def run(stage, report):
    sys.path.insert(0, os.path.join(ROOT, "Tests", "Browsers"))
    from driving.chromium import Chromium

    large = stage.options.large
    print(f"the web client in Chromium, {large} emails in the Inbox", flush=True)
    daemon, device = many(stage, Wire(stage.server("many", large, 1400, 0.4).plain_port).port)
    # The text index follows the first sync in the background.
    wait_searchable(device)
    device.close()
    address = f"http://127.0.0.1:{daemon.http}"
    here, elsewhere = Chromium(), None
    try:
        page = sign_in(here.page(), address)
        first_load(here, page, address, report)
        opening(page, large, report)
        scrolling(page, large, report)
        elsewhere = Chromium(beside=here)
        marking(page, sign_in(elsewhere.page(), address), report)
    finally:
        for browser in (elsewhere, here):
            if browser is not None:
                browser.close()


def sign_in(page, address):
    page.goto(address)
    page.field("User name").fill(USER)
    page.field("Password").fill(PASSWORD)
    page.button("Sign in").click()
    page.css(LISTED).wait()
    return page


def first_load(browser, page, address, report):
    """Windows that nothing was ever kept in, of somebody who is signed in: what is transferred until the Inbox is there."""
    cookie = next((each["name"], each["value"]) for each in page.context.cookies(address))
    octets, requests, _ = load(browser, cookie, address)
    report.note(f"{requests} requests")
    report.at_most("first load of the web client, transferred", octets / 1000, 150, "kB")
    times = [load(browser, cookie, address, SLOWER)[2] for _ in range(LOADS)]
    report.at_most("largest contentful paint, processor a quarter as fast, p50", percentile(times, 0.5), 1000, "ms")


def load(browser, cookie, address, slower=1):
    """(octets on the wire with their heads, requests, milliseconds until the largest was painted)."""
    page = browser.page()
    page.take_cookie(address, cookie)
    session = page.slow(slower)
    octets, requests = [], []
    session.on("Network.requestWillBeSent", lambda event: requests.append(event["request"]["url"]))
    session.on("Network.loadingFinished", lambda event: octets.append(event["encodedDataLength"]))
    session.send("Network.enable")
    page.goto(address)
    page.css(LISTED).wait()
    first = sum(octets), len(requests)
    page.call(QUIET)
    painted = page.call(LCP)
    page.close()
    return *first, painted


def opening(page, large, report):
    """From a click on the Inbox in another folder until its rows are painted."""
    page.call(BEGAN, "pointerdown")
    times = []
    for _ in range(ROUNDS):
        page.css(".folders a", "Drafts").click()
        page.css(".mail-list h1").wait_text("Drafts")
        page.css(LISTED).wait_gone()
        page.call(NEXT)
        page.css(".folders a", "Inbox").click()
        times.append(until_painted(page) - page.call("() => window.began"))
    report.at_most(f"opening a mailbox of {large}, p50", percentile(times, 0.5), 200, "ms")


def until_painted(page):
    page.until("() => window.painted", "the list look different")
    return page.call("() => window.painted")


def scrolling(page, large, report):
    session = page.slow(SLOWER)
    found = page.call(SCROLL)
    session.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    report.note(f"{len(found['frames'])} frames, never more than {found['rows']} rows in the document")
    report.at_most(f"scrolling {large}, processor a quarter as fast, worst frame", max(found["frames"]), 100, "ms")


def marking(page, other, report):
    """A key marks the first conversation as read or unread: until its row shows it here, and on another browser's screen."""
    page.reload()
    page.css(LISTED).wait()
    page.call(BEGAN, "keydown")
    page.call("() => document.querySelector('.mail-list [role=listbox]').focus()")
    page.press("Home")
    first = page.css('.mail-list [aria-posinset="1"]')
    first.wait_for(lambda place: "is-active" in place["classes"], "be where the keyboard is")
    here, there = [], []
    for _ in range(ROUNDS):
        is_unread = "is-unread" in first.wait()["classes"]
        for each in (page, other):
            each.call(f"() => new Promise((resolve) => setTimeout(resolve, {SPACING}))")
            each.call(NEXT)
        page.press("Shift+I" if is_unread else "Shift+U")
        here.append(until_painted(page) - page.call("() => window.began"))
        there.append(until_painted(other) - page.call("() => window.began"))
    report.at_most("marking as read is painted, p50", percentile(here, 0.5), 16, "ms")
    report.at_most("marking as read is painted in another browser, p50", percentile(there, 0.5), 300, "ms")
