"""Attacks by HTML in real browsers: without defence, behind each defence alone, and behind both.

Without defence an attack must do what its line in Tests/Corpus/html-attacks says it does, else it would prove nothing of
the defences. Behind any of them nothing may run, load or leave, before and after everything in it was really clicked.
"""

import functools
import json
import os

from .page import Left, Missed, until
from .stage import ROOT

CORPUS = os.path.join(ROOT, "Tests", "Corpus", "html-attacks")
BROWSERS = ("chromium", "firefox")
# What is counted; what else a person is shown (`layout`) is not.
EFFECTS = ("script", "load", "navigation")

# How long an attack may take to do without defence what it is known to do, in seconds.
PATIENCE = 20
# A person's clicks: on all that looks as if something happened then.
CLICKABLE = "a[href], button, input[type=submit], input[type=image], area[href], img[usemap], summary, svg a, svg text, p, xss-tag"
SETTLE = """async () => {
  for (let tick = 0; tick < 8; tick += 1) {
    await new Promise((resolve) => setTimeout(resolve, 40));
    await new Promise((resolve) => { requestAnimationFrame(resolve); setTimeout(resolve, 100); });
  }
  return true;
}"""


@functools.cache
def lines(name):
    with open(os.path.join(CORPUS, name), encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


def corpus():
    """Every attack: {id, class, effect, html}."""
    return lines("attacks.jsonl")


def harmless(browser):
    """Attacks that do nothing in a browser, by their ids: {id, in, why, but}."""
    return {line["id"]: line for line in lines("harmless.jsonl") if browser in line["in"]}


def siblings(browser):
    """Of each attack that does nothing in a browser one that differs in nothing but the reason, and does something."""
    return [{"id": f"but-{id}", "class": "sibling", **line["but"]} for id, line in harmless(browser).items()]


def expectation(attack, browser):
    """What must come of an attack without defence: `script`, `load`, `navigation`, or None where nothing has to."""
    tells = attack["effect"] in EFFECTS and attack["id"] not in harmless(browser)
    return attack["effect"] if tells else None


def silent(attacks, control, browser):
    """Findings: attacks of which nothing came without defence, although something had to: they prove nothing. And those of
    which something came, although a line says that nothing does, or of which no line says why nothing does."""
    done, excused = {*control.scripts, *control.loads, *control.navigations}, harmless(browser)
    missing = [each["id"] for each in attacks if expectation(each, browser) and each["id"] not in done]
    wrong = [each["id"] for each in attacks if each["id"] in excused and each["id"] in done]
    unsaid = [each["id"] for each in attacks if each["effect"] == "none" and each["id"] not in excused]
    return [f"{control.mode}: {words} {', '.join(ids)}" for words, ids in (
        ("nothing came of", missing), ("something came of", wrong), ("no reason is given for", unsaid)) if ids]


def sample(seed):
    """One of each class, by the seed; of those that do something in each browser where there is one."""
    classes = {}
    for attack in corpus():
        classes.setdefault(attack["class"], []).append(attack)
    chosen = []
    for attacks in classes.values():
        telling = [attack for attack in attacks if all(expectation(attack, browser) for browser in BROWSERS)] or attacks
        chosen.append(telling[seed % len(telling)])
    return chosen


FORGET = "() => { window.fired = 0; }"

# Puts an attack into the undefended page, and waits until it stands there and was painted.
PUT = """(html) => window.frame && Promise.race([frame(html), new Promise((resolve) => setTimeout(resolve, 1000))])
  .then(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))))"""


PAINTED = """() => Promise.race([
  new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve(true)))),
  new Promise((resolve) => setTimeout(() => resolve(true), 500))])"""


class Tally:
    """What happened in one mode: ids of attacks by what they did."""

    def __init__(self, mode):
        self.mode, self.scripts, self.loads, self.navigations, self.clicks, self.count = mode, [], [], [], 0, 0
        self.windows = 0

    def __str__(self):
        return (f"{self.mode}: {self.count} attacks, {self.clicks} clicks, {self.windows} windows of links: {len(self.scripts)} scripts, "
                f"{len(self.loads)} remote loads, {len(self.navigations)} top navigations")

    def findings(self):
        return [f"{self.mode}: {what} by {', '.join(ids)}" for what, ids in (
            ("a script ran", self.scripts), ("something was loaded", self.loads), ("the page left", self.navigations)) if ids]


class Range:
    """Where attacks are tried: one beacon, and windows of one browser, which `open` opens."""

    def __init__(self, open, beacon):
        self.open, self.beacon = open, beacon
        self.page, self._popups = None, 0

    def html(self, attack):
        address = self.beacon.address(attack["id"])
        return attack["html"].replace("{beaconHost}", address.removeprefix("http://")).replace("{beacon}", address)

    # Without defence

    def undefended(self, attacks, mode="no defence"):
        """Each on its own page, in a frame that may do everything."""
        tally = Tally(mode)
        for attack in attacks:
            self.beacon.forget()
            tally.count += 1
            # A window each: what an attack leaves behind (a question of the browser's, too) must not shield the next.
            self.page = self.open()
            self.page.allow(".*")
            self.page.goto(self.beacon.address("-/undefended"))
            fired, left = self._fire(attack, tally)
            hits = self.beacon.hits(attack["id"])
            if fired:
                tally.scripts.append(attack["id"])
            # The beacon is asked for the document before the browser says that the page is another.
            if left or [hit for hit in hits if hit.kind == "document"]:
                tally.navigations.append(attack["id"])
            if [hit for hit in hits if hit.kind != "document"]:
                tally.loads.append(attack["id"])
            tally.windows += self.page.popups
            self.page.close_popups()
            self.page.close()
        return tally

    def _fire(self, attack, tally):
        """(whether a script ran, whether the page left), once what the attack is known to do has happened."""
        expected = expectation(attack, self.page.browser)
        self._try(lambda: self.page.call(PUT, self.html(attack)))
        tally.clicks += self._click_all("iframe")
        if expected:
            self._wait(attack, expected)
        else:
            # Nothing is to come of it: it has time, and a second click, to show the contrary.
            self._try(lambda: self.page.call(SETTLE))
            self._click_all("iframe")
            self._try(lambda: self.page.call(SETTLE))
        left = self._has_left()
        fired = not left and self._try(lambda: self.page.call("() => window.fired ?? 0"))
        return fired, left

    def _wait(self, attack, effect):
        """Until the attack did what it is known to do. A browser may take no clicks before it has painted: then a person
        clicks again. What never comes is told by the tally."""
        def happened():
            if self._happened(attack, effect):
                return True
            self._click_all("iframe")
            return False
        try:
            until(happened, effect, PATIENCE)
        except Missed:
            pass

    def _has_left(self):
        return "/-/undefended" not in self.page.url()

    def _happened(self, attack, effect):
        if effect == "script":
            return self._try(lambda: self.page.call("() => window.fired ?? 0"))
        if effect == "navigation" and self._has_left():
            return True
        return self.beacon.hits(attack["id"])

    # With one defence or both

    def together(self, attacks, show, mode, html=None):
        """All on one page, each in a frame of its own as `show(page, htmls)` makes it. `html` gives what stands in an attack's."""
        tally = self._begin(attacks, mode, self.open())
        htmls = [(html or self.html)(attack) for attack in attacks]
        show(self.page, htmls)
        home = self.page.url()
        self.page.call(SETTLE)
        if self._has_fired():
            tally.scripts.append("one that was only looked at")
        for number, attack in enumerate(attacks):
            tally.clicks += self._click_all(f"#attack-{number} iframe")
            self._judge(attack, home, tally, lambda: show(self.page, htmls))
        self._end(tally, home)
        self.page.close()
        return tally

    def one_by_one(self, attacks, page, open, mode):
        """Each opened by `open(page, attack)` as a letter, on the client's page."""
        tally = self._begin(attacks, mode, page)
        page.call(FORGET)
        home = page.url()
        for attack in attacks:
            open(page, attack)
            home = page.url()
            tally.clicks += self._click_all(".letter iframe.letter-frame")
            self._judge(attack, home, tally, lambda: page.goto(home))
        return self._end(tally, home)

    def _begin(self, attacks, mode, page):
        tally = Tally(mode)
        tally.count = len(attacks)
        self.beacon.forget()
        self.page = page
        page.allow(".*")
        self._popups = page.popups
        return tally

    def _judge(self, attack, home, tally, again):
        """What came of one attack's clicks; after one that took the page away there is another page."""
        if self.page.url() != home:
            tally.navigations.append(attack["id"])
            again()
        elif self._has_fired():
            tally.scripts.append(attack["id"])
        self.page.call(FORGET)
        self.page.close_popups()

    def _end(self, tally, home):
        self.page.call(SETTLE)
        if self.page.url() != home:
            tally.navigations.append("one that took its time")
        elif self._has_fired():
            tally.scripts.append("one that took its time")
        # A link that was clicked may open a window of its own, which asks for a document, and nothing else.
        tally.windows = self.page.popups - self._popups
        tally.loads = sorted({hit.id for hit in self.beacon.hits() if hit.kind != "document"})
        return tally

    def _has_fired(self):
        return self.page.call("() => window.fired !== 0")

    def _click_all(self, frame):
        """Clicks what there is to click in a frame, three at the most; how many there were."""
        clicks = 0
        count = self._try(lambda: self.page.css(CLICKABLE, frame=frame).count()) or 0
        for place in reversed(range(min(count, 3))):
            found = self._try(lambda: self._bring(self.page.css(CLICKABLE, frame=frame, place=place)))
            if found and 0 < found["width"] and 0 <= found["x"] and 0 <= found["y"]:
                self._try(lambda: self.page.click_at(found["x"], found["y"]))
                clicks += 1
        return clicks

    def _bring(self, target):
        """Where something is once it was painted there: what was only just scrolled to takes no clicks yet."""
        if target.look("point")["place"] is None:
            return None
        self.page.call(PAINTED)
        return target.look("point")["place"]

    @staticmethod
    def _try(act):
        """What `act` gives; None of a page that an attack takes away in the middle of it."""
        try:
            return act()
        except Left:
            return None
