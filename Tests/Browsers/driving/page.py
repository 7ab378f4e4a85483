"""One page in one browser, the same for each browser: what a person does there, and what is to be seen."""

import os
import re
import time

FOLDER = os.path.dirname(os.path.abspath(__file__))
with open(os.path.join(FOLDER, "locate.js"), encoding="utf-8") as file:
    LOCATE = re.sub(r"^(//.*\n)+", "", file.read())

# Long enough for a machine that is starved: nothing waits so long unless it is broken.
PATIENCE = 60
DESKTOP = (1280, 800)
PHONE = (412, 839)

# Refused policies become errors of the console, where each driver hears of them.
REPORT_VIOLATIONS = """() => {
  document.addEventListener('securitypolicyviolation', (event) => {
    console.error(`policy violated: ${event.effectiveDirective} by ${event.blockedURI} ${event.sample} at ${event.sourceFile}:${event.lineNumber}`);
  });
}"""

# What the browser says about a request that a page makes to learn whether somebody is signed in.
USUAL = [r"Failed to load resource.*status of 401", r"policy violated: .* moz-extension"]


class Missed(AssertionError):
    """Something that a person should have seen did not come."""


class Left(Exception):
    """The page that something was asked of is just being left: there is no answer, or there are no more hands on it."""


def until(condition, words, seconds=PATIENCE):
    """Waits until `condition` gives something true, and returns it. `words` complete "did not see"."""
    end = time.monotonic() + seconds
    while True:
        result = condition()
        if result:
            return result
        if time.monotonic() > end:
            raise Missed(f"did not see {words() if callable(words) else words}")
        time.sleep(0.02)


class Page:
    """A window of its own, with cookies of its own. Drivers fill in the verbs at the end."""

    def __init__(self):
        self.errors = []
        self.popups = 0
        self._allowed = [re.compile(pattern) for pattern in USUAL]

    # What is there

    def button(self, name, **more):
        return Target(self, role="button", name=name, **more)

    def link(self, name, **more):
        return Target(self, role="link", name=name, **more)

    def field(self, name, **more):
        return Target(self, role="field", name=name, **more)

    def role(self, role, name=None, **more):
        return Target(self, role=role, name=name, **more)

    def css(self, selector, name=None, **more):
        """By a selector, where a person would say what it looks like rather than what it is called."""
        return Target(self, css=selector, name=name, **more)

    def says(self, text, **more):
        """Anything that says `text`."""
        return Target(self, css="body *:not(script, style, svg *)", name=text, **more)

    def call(self, function, *arguments):
        """Calls a JavaScript function, given as text, with JSON values, and returns its JSON result. What is asked of a page
        that is just being left is asked of the next one."""
        answers = []

        def answered():
            try:
                answers.append(self.ask(function, *arguments))
            except Left:
                return False
            return True
        until(answered, "a page that answers")
        return answers[0]

    def until(self, function, words, *arguments, seconds=PATIENCE):
        """Waits until a JavaScript function gives something true."""
        return until(lambda: self.call(function, *arguments), words, seconds)

    def fragment(self):
        return self.call("() => location.hash")

    # What the browser complained about

    def allow(self, pattern):
        """Errors that match are what this test is about."""
        self._allowed.append(re.compile(pattern))

    def complaint(self, text):
        self.errors.append(text)

    def complaints(self):
        return [text for text in self.errors if not any(pattern.search(text) for pattern in self._allowed)]

    # What a driver does: goto, reload, ask, click_at, move, drag, swipe, press, type, choose_files, pdf, screenshot, resize, close

    def goto(self, url):
        raise NotImplementedError

    def ask(self, function, *arguments):
        """As `call`, but raises Left when the page is just being left."""
        raise NotImplementedError


class Target:
    """Something on a page, looked for anew each time."""

    def __init__(self, page, **query):
        self.page, self.query = page, {key: value for key, value in query.items() if value is not None}
        if isinstance(self.query.get("within"), str):
            self.query["within"] = [self.query["within"]]

    def __str__(self):
        return " ".join(f"{key}={value!r}" for key, value in self.query.items())

    def look(self, act=None):
        """{count, place}: how many there are, and what the first (or `place`) looks like."""
        return self.page.call(LOCATE, {**self.query, "act": act})

    def is_there(self):
        return self.look()["place"] is not None

    def count(self):
        return self.look()["count"]

    def wait(self, seconds=PATIENCE):
        """Waits until it is there; what it looks like."""
        return until(lambda: self.look()["place"], lambda: f"{self}; there was: {self._around()}", seconds)

    def wait_gone(self, seconds=PATIENCE):
        until(lambda: not self.is_there(), f"{self} go away", seconds)

    def wait_for(self, condition, words, seconds=PATIENCE):
        """Waits until what it looks like meets a condition."""
        def meets():
            place = self.look()["place"]
            return place if place and condition(place) else None
        return until(meets, lambda: f"{self} {words}; it was {self.look()['place']}", seconds)

    def wait_text(self, text, seconds=PATIENCE):
        return self.wait_for(lambda place: text in place["text"], f"say {text!r}", seconds)

    def text(self):
        return self.wait()["text"]

    def value(self):
        return self.wait()["value"]

    def texts(self):
        place = self.look("texts")["place"]
        return place["texts"] if place else []

    def point(self):
        """Where to point at it: waits until it is at rest, enabled and not covered."""
        last = None

        def settled():
            nonlocal last
            place = self.look("point")["place"]
            spot = place and place["isHit"] and place["isEnabled"] and (place["x"], place["y"])
            before, last = last, spot
            return spot if spot and spot == before else None
        return until(settled, lambda: f"{self} where it can be pointed at; it was {self.look()['place']}; {self._around()}")

    def click(self, times=1, button="left", modifiers=()):
        self.page.click_at(*self.point(), times=times, button=button, modifiers=modifiers)

    def hover(self):
        self.page.move(*self.point())

    def drag_to(self, other):
        there = other.point()
        self.page.drag(self.point(), there)

    def fill(self, text):
        """Puts the cursor in, replaces what was there by typing."""
        self.click()
        self.page.press("Ctrl+a")
        self.page.press("Delete")
        self.page.type(text)

    def choose(self, label):
        """Chooses of a select what is called so."""
        self.wait()
        value = self.page.call(CHOOSE, self.query, label)
        if not value:
            raise Missed(f"did not see {label!r} in {self}")

    def _around(self):
        return self.page.call("() => document.body?.innerText.replace(/\\s+/g, ' ').slice(0, 700)")


CHOOSE = """(query, label) => {
  const selects = [...document.querySelectorAll('select')].filter((each) => each.checkVisibility());
  const name = (each) => each.getAttribute('aria-label') ?? [...each.labels].map((label) => label.textContent).join(' ');
  const select = selects.find((each) => !query.name || name(each).includes(query.name));
  const option = [...(select?.options ?? [])].find((each) => each.textContent.trim() === label);
  if (!option) return false;
  select.value = option.value;
  select.dispatchEvent(new Event('input', {bubbles: true}));
  select.dispatchEvent(new Event('change', {bubbles: true}));
  return true;
}"""
