"""Runs tests in each browser, one after the other, and says what each took and what went wrong."""

import argparse
import importlib.util
import os
import sys
import time
import traceback

from . import mailbag
from .chromium import Chromium
from .firefox import Firefox
from .postoffice import PostOffice
from .stage import ROOT, Stage

BROWSERS = {"chromium": Chromium, "firefox": Firefox}
TESTS = []


def test(words, only=None, **window):
    """Marks a test, named for what a person does. `only` names the one browser that can; `window` goes to `page`."""
    def mark(function):
        TESTS.append((words, function, [only] if only else list(BROWSERS), window))
        return function
    return mark


class World:
    """What one test has: a stage that the file's tests share, a browser, and pages that are closed behind it."""

    def __init__(self, runner, browser):
        self.runner, self.browser, self.pages, self.rest = runner, browser, [], []

    @property
    def stage(self):
        return self.runner.stage()

    def other_stage(self, **options):
        """A daemon of the test's own."""
        stage = Stage(self.runner.options.restante, **options)
        self.rest.append(stage)
        return stage

    def person(self, *arguments, **options):
        """Somebody new. Passwords are costly by intention: most tests do with `me`."""
        return self.stage.person(*arguments, **options)

    def me(self, mail=mailbag.EVERYDAY):
        """The person that the file's tests share, with exactly this mail."""
        person = self.runner.me()
        person.empty()
        person.receive(mail)
        return person

    def office(self):
        """What takes the letters that the person of `me` sends: the file's tests share it, and it is empty."""
        office = self.runner.office()
        office.messages.clear()
        return office

    def window(self, browser=None, **options):
        """A window with no cookies, in this test's browser or another."""
        page = (browser or self.browser).page(**options)
        self.pages.append(page)
        return page

    def other_browser(self):
        """The browser that this test does not run in."""
        return self.runner.browser(next(name for name in BROWSERS if name != self.browser.name))

    def signed_in(self, person, where="", browser=None, **options):
        """A window in which `person` has signed in before, at the fragment `where`."""
        page = self.window(browser, **options)
        page.take_cookie(self.stage.address, person.cookie(self.stage.address))
        page.goto(self.stage.address + "/" + where)
        page.css("main#main").wait()
        return page

    def close(self):
        for each in [*self.pages, *self.rest]:
            try:
                each.close()
            except Exception:  # noqa: BLE001 - what went wrong before is what counts
                pass


def sign_in(page, address, person):
    """Fills in the form, as a person does, and waits for the page behind it."""
    page.goto(address)
    page.field("User name").fill(person.name)
    page.field("Password").fill(person.password)
    page.button("Sign in").click()
    page.css("main#main").wait()


class Runner:
    def __init__(self, options):
        self.options = options
        self._stage, self._browsers, self._me, self._office = None, {}, None, None

    def stage(self):
        if self._stage is None:
            self._stage = Stage(self.options.restante)
        return self._stage

    def me(self):
        if self._me is None:
            self._me = self.stage().person(mail=())
        return self._me

    def office(self):
        if self._office is None:
            self._office = PostOffice()
            self.stage().sends_through(self.me(), self._office)
        return self._office

    def browser(self, name):
        if name not in self._browsers:
            self._browsers[name] = BROWSERS[name]()
        return self._browsers[name]

    def run(self, words, function, name, window):
        """Whether it passed."""
        began = time.monotonic()
        world = World(self, self.browser(name))
        world.options = window
        try:
            function(world)
            complaints = [text for page in world.pages for text in page.complaints()]
            if complaints:
                raise AssertionError("the browser complained:\n  " + "\n  ".join(dict.fromkeys(complaints)))
        except Exception as error:  # noqa: BLE001 - a test may fail in any way
            print(f"FAILED {name} {words}", flush=True)
            traceback.print_exception(error, limit=-6, file=sys.stdout)
            self._keep(world, words, name)
            return False
        finally:
            world.close()
        print(f"passed {name} {words} ({time.monotonic() - began:.1f} s)", flush=True)
        return True

    def _keep(self, world, words, name):
        """A picture of what was on the screen, where the build's other products are."""
        folder = os.path.join(ROOT, ".build", "browser-failures")
        os.makedirs(folder, exist_ok=True)
        for number, page in enumerate(world.pages):
            path = os.path.join(folder, f"{name}-{words.replace(' ', '-')[:60]}-{number}.png")
            try:
                page.screenshot(path)
                print(f"  seen: {path}; {page.url()}; {page.complaints()[:5]}", flush=True)
            except Exception:  # noqa: BLE001
                pass

    def close(self):
        for browser in self._browsers.values():
            browser.close()
        if self._office is not None:
            self._office.close()
        if self._stage is not None:
            self._stage.close()


def load(path):
    """The tests of one file."""
    TESTS.clear()
    specification = importlib.util.spec_from_file_location(os.path.basename(path)[:-3], path)
    specification.loader.exec_module(importlib.util.module_from_spec(specification))
    return list(TESTS)


def main():
    parser = argparse.ArgumentParser(description="Runs tests in real browsers; exits 1 when one fails.")
    parser.add_argument("files", nargs="+", help="names of files in Tests/Browsers/tests, without .py")
    parser.add_argument("--restante", default=os.path.join(ROOT, ".build", "debug", "restante"), help="the program")
    parser.add_argument("--files", dest="folder", metavar="FOLDER", help="a folder of the web client's files, in place of those in the program")
    parser.add_argument("--browser", choices=BROWSERS, help="only this one")
    parser.add_argument("--only", help="only tests whose names contain this")
    options = parser.parse_args()
    if options.folder:
        os.environ["RESTANTE_HTTP_WEB_CLIENT_FOLDER"] = os.path.abspath(options.folder)
    runner, failed, count = Runner(options), 0, 0
    try:
        for name in options.files:
            path = os.path.join(ROOT, "Tests", "Browsers", "tests", f"{name}.py")
            for words, function, browsers, window in load(path):
                for browser in browsers:
                    if (options.browser or browser) == browser and (options.only or "") in words:
                        count += 1
                        failed += not runner.run(words, function, browser, window)
    finally:
        runner.close()
    print(f"{count} tests in browsers, {failed} failed")
    return 1 if failed or not count else 0
