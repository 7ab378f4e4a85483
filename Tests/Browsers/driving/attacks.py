"""Attacks by HTML in real browsers: without defence, behind each defence alone, and behind both.

Without defence an attack must do what its line in Tests/Corpus/html-attacks says it does, else it would prove nothing of
the defences. Behind any of them nothing may run, load or leave, before and after everything in it was really clicked.
"""

import json
import os
import time

from .stage import ROOT

CORPUS = os.path.join(ROOT, "Tests", "Corpus", "html-attacks", "attacks.jsonl")

# What these two do not do any more, or not yet, although another browser does: nothing to see without defence.
# Tags that never close, marquees that do not end, data: pages, hrefs that are animated.
HARMLESS = {
    "chromium": {"script-03", "script-05", "script-21", "script-24", "address-15", "address-17", "svg-07", "parser-10"},
    "firefox": {"script-03", "script-05", "script-21", "address-13", "address-15", "address-17", "svg-05", "svg-06", "svg-07", "svg-08", "parser-10"},
}

# How long an attack may take to do without defence what it is known to do, in seconds.
PATIENCE = 20
# A person's clicks: on all that looks as if something happened then.
CLICKABLE = "a[href], button, input[type=submit], input[type=image], area[href], img[usemap], summary, svg a, p, xss-tag"
SETTLE = """async () => {
  for (let tick = 0; tick < 8; tick += 1) {
    await new Promise((resolve) => setTimeout(resolve, 40));
    await new Promise((resolve) => { requestAnimationFrame(resolve); setTimeout(resolve, 100); });
  }
  return true;
}"""


def corpus():
    """Every attack: {id, class, effect, html}."""
    with open(CORPUS, encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


def sample(seed):
    """One of each class, by the seed; of those that do something where there is one."""
    classes = {}
    for attack in corpus():
        classes.setdefault(attack["class"], []).append(attack)
    chosen = []
    for attacks in classes.values():
        telling = [attack for attack in attacks if attack["effect"] in ("script", "load", "navigation")] or attacks
        telling = [attack for attack in telling if all(attack["id"] not in ids for ids in HARMLESS.values())] or telling
        chosen.append(telling[seed % len(telling)])
    return chosen


# Puts an attack into the undefended page, and waits until it stands there and was painted.
PUT = """(html) => Promise.race([frame(html), new Promise((resolve) => setTimeout(resolve, 1000))])
  .then(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))))"""


class Tally:
    """What happened in one mode: ids of attacks by what they did."""

    def __init__(self, mode):
        self.mode, self.scripts, self.loads, self.navigations, self.clicks, self.count = mode, [], [], [], 0, 0

    def __str__(self):
        return (f"{self.mode}: {self.count} attacks, {self.clicks} clicks: {len(self.scripts)} scripts, {len(self.loads)} remote loads, "
                f"{len(self.navigations)} top navigations")

    def findings(self):
        return [f"{self.mode}: {what} by {', '.join(ids)}" for what, ids in (
            ("a script ran", self.scripts), ("something was loaded", self.loads), ("the page left", self.navigations)) if ids]


class Range:
    """Where attacks are tried: one beacon, and windows of one browser, which `open` opens."""

    def __init__(self, open, beacon):
        self.open, self.beacon = open, beacon
        self.page = None

    def html(self, attack):
        address = self.beacon.address(attack["id"])
        return attack["html"].replace("{beaconHost}", address.removeprefix("http://")).replace("{beacon}", address)

    # Without defence

    def undefended(self, attacks, html=None, mode="no defence"):
        """Each on its own page, in a frame that may do everything. `html` gives what is shown of an attack."""
        tally = Tally(mode)
        for attack in attacks:
            self.beacon.forget()
            tally.count += 1
            shown = (html or self.html)(attack)
            if shown is None:
                continue
            # A window each: what an attack leaves behind (a question of the browser's, too) must not shield the next.
            self.page = self.open()
            self.page.allow(".*")
            self.page.goto(self.beacon.address("-/undefended"))
            fired, left = self._fire(attack, shown, tally, patient=html is None)
            hits = self.beacon.hits(attack["id"])
            if fired:
                tally.scripts.append(attack["id"])
            # The beacon is asked for the document before the browser says that the page is another.
            if left or [hit for hit in hits if hit.kind == "document"]:
                tally.navigations.append(attack["id"])
            if [hit for hit in hits if hit.kind != "document"]:
                tally.loads.append(attack["id"])
            self.page.close_popups()
            self.page.close()
        return tally

    def _fire(self, attack, html, tally, patient):
        """(whether a script ran, whether the page left). `patient`: waits for what the attack is known to do."""
        expected = attack["effect"] if patient and attack["id"] not in HARMLESS[self.page.browser] else None
        self._try(lambda: self.page.call(PUT, html))
        tally.clicks += self._click_all(["iframe"])
        if expected in ("script", "load", "navigation"):
            # A browser may take no clicks before it has painted: then a person clicks again.
            clicked = time.monotonic()
            while not self._happened(attack, expected) and time.monotonic() < clicked + PATIENCE:
                self._click_all(["iframe"])
                time.sleep(0.1)
        elif not patient:
            self._try(lambda: self.page.call(SETTLE))
        left = "/-/undefended" not in self.page.url()
        fired = not left and self._try(lambda: self.page.call("() => window.fired ?? 0"))
        return fired, left

    def _happened(self, attack, effect):
        if effect == "script":
            return self._try(lambda: self.page.call("() => window.fired ?? 0"))
        return self.beacon.hits(attack["id"])

    # Behind a frame of the client's

    def framed(self, attacks, show, mode):
        """All on one page of the client's, each in a frame as `show(page, htmls)` makes it."""
        tally = Tally(mode)
        tally.count = len(attacks)
        self.beacon.forget()
        self.page = self.open()
        self.page.allow(".*")
        show(self.page, [self.html(attack) for attack in attacks])
        home = self.page.url()
        self.page.call("() => { window.fired = 0; }")
        self.page.call(SETTLE)
        tally.loads += sorted({hit.id for hit in self.beacon.hits()})
        for number, attack in enumerate(attacks):
            tally.clicks += self._click_all([f"#attack-{number} iframe"])
            if self.page.url() != home:
                tally.navigations.append(attack["id"])
                show(self.page, [self.html(attack) for attack in attacks])
            self.page.close_popups()
        self.page.call(SETTLE)
        # A link that was clicked may open a window of its own, which asks for a document, and nothing else.
        tally.loads = sorted({*tally.loads, *(hit.id for hit in self.beacon.hits() if hit.kind != "document")})
        if self.page.call("() => window.fired"):
            tally.scripts.append("one of them")
        return tally

    def _click_all(self, frames):
        """Clicks what there is to click in frames, three at the most in each; how many there were."""
        clicks = 0
        for frame in frames:
            count = self._try(lambda: self.page.css(CLICKABLE, frame=frame).count()) or 0
            for place in reversed(range(min(count, 3))):
                found = self._try(lambda: self.page.css(CLICKABLE, frame=frame, place=place).look("point")["place"])
                if found and 0 < found["width"] and 0 <= found["x"] and 0 <= found["y"]:
                    self._try(lambda: self.page.click_at(found["x"], found["y"]))
                    clicks += 1
        return clicks

    @staticmethod
    def _try(act):
        """An attack may take the page away in the middle of anything."""
        try:
            return act()
        except Exception:  # noqa: BLE001
            time.sleep(0.05)
            return None
