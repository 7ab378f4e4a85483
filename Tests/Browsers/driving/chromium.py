"""Debian's Chromium, driven by Playwright."""

import contextlib
import os
import shutil

from .page import DESKTOP, REPORT_VIOLATIONS, Left, Page


class Missing(Exception):
    """A browser that is not installed; says what brings it."""


def find(name, package):
    path = shutil.which(name)
    if path is None:
        raise Missing(f"{name} is missing: apt-get install {package} (scripts/install test does it)")
    return path


@contextlib.contextmanager
def leaving():
    """Tells what fails because the page is just being left from all else that fails."""
    from playwright.sync_api import Error

    try:
        yield
    except Error as error:
        if "context was destroyed" in str(error) or "navigat" in str(error):
            raise Left(str(error)) from error
        raise


class Chromium:
    name = "chromium"

    def __init__(self, arguments=(), beside=None):
        """`beside` is a Chromium that runs already: the driver of both is one."""
        from playwright.sync_api import sync_playwright

        self._is_beside = beside is not None
        self._playwright = beside._playwright if beside else sync_playwright().start()
        # Chromium's own sandbox does not run as root, which containers of CI are. Nothing leaves this machine.
        sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
        self._arguments = [*sandbox, "--disable-dev-shm-usage", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost", *arguments]
        self._browser = self._playwright.chromium.launch(
            executable_path=find("chromium", "chromium"), args=self._arguments)

    def page(self, viewport=DESKTOP, dark=False, phone=False, language="en-US"):
        """A window with cookies of its own; `phone` is a Pixel 7 with a touch screen."""
        if phone:
            options = dict(self._playwright.devices["Pixel 7"])
        else:
            options = {"viewport": {"width": viewport[0], "height": viewport[1]}}
        context = self._browser.new_context(
            **options, color_scheme="dark" if dark else "light", locale=language, timezone_id="Europe/Berlin")
        return ChromiumPage(context, context.new_page())

    def profile(self, folder):
        """A window over a profile that outlives the browser."""
        context = self._playwright.chromium.launch_persistent_context(
            folder, executable_path=find("chromium", "chromium"), args=self._arguments,
            viewport={"width": DESKTOP[0], "height": DESKTOP[1]}, locale="en-US")
        return ChromiumPage(context, context.pages[0] if context.pages else context.new_page())

    def close(self):
        self._browser.close()
        if not self._is_beside:
            self._playwright.stop()


class ChromiumPage(Page):
    browser = "chromium"

    def __init__(self, context, page):
        super().__init__()
        self.context, self.page = context, page
        page.add_init_script(f"({REPORT_VIOLATIONS})()")
        page.on("console", lambda message: message.type == "error" and self.complaint(
            f"{message.text} ({message.location.get('url', '')})"))
        page.on("pageerror", lambda error: self.complaint(f"{error.message} {error.stack or ''}"))
        page.on("popup", self._popup)

    def _popup(self, _):
        self.popups += 1

    def close_popups(self):
        for other in self.context.pages:
            if other is not self.page:
                other.close()

    def another(self):
        """A second tab of the same browser: the same cookies."""
        return ChromiumPage(self.context, self.context.new_page())

    def opens_pdf(self, link, words):
        """A tab of its own. Without a screen this browser has no viewer: what it says is Firefox's to show."""
        with self.context.expect_page() as tab:
            link.click()
        assert tab.value.url.startswith("blob:"), tab.value.url

    def take_cookie(self, address, cookie):
        self.context.add_cookies([{
            "name": cookie[0], "value": cookie[1], "url": address, "httpOnly": True, "sameSite": "Strict"}])

    def goto(self, url):
        self.page.goto(url)

    def reload(self):
        self.page.reload()

    def url(self):
        return self.page.url

    def ask(self, function, *arguments):
        # One argument is all that the driver passes.
        with leaving():
            return self.page.evaluate(f"(all) => ({function})(...all)", list(arguments))

    def run(self, script):
        """Runs a whole script, such as one that defines something."""
        self.page.evaluate(script)

    def click_at(self, x, y, times=1, button="left", modifiers=()):
        with leaving():
            for key in modifiers:
                self.page.keyboard.down(KEYS.get(key, key))
            self.page.mouse.click(x, y, click_count=times, button=button)
            for key in modifiers:
                self.page.keyboard.up(KEYS.get(key, key))

    def tap(self, x, y):
        self.page.touchscreen.tap(x, y)

    def swipe(self, start, end, steps=8):
        """A finger that moves from one place to another."""
        session = self.context.new_cdp_session(self.page)
        points = [
            {"x": start[0] + (end[0] - start[0]) * step / steps, "y": start[1] + (end[1] - start[1]) * step / steps}
            for step in range(steps + 1)]
        session.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [points[0]]})
        for point in points[1:]:
            session.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [point]})
        session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        session.detach()

    def move(self, x, y):
        self.page.mouse.move(x, y)

    def drag(self, start, end):
        self.page.mouse.move(*start)
        self.page.mouse.down()
        self.page.mouse.move((start[0] + end[0]) / 2, (start[1] + end[1]) / 2, steps=4)
        self.page.mouse.move(*end, steps=4)
        self.page.mouse.up()

    def press(self, keys):
        *modifiers, last = keys.split("+") if len(keys) > 1 else [keys]
        self.page.keyboard.press("+".join([KEYS.get(key, key) for key in modifiers] + [KEYS.get(last, last)]))

    def type(self, text):
        self.page.keyboard.type(text)

    def choose_files(self, selector, paths):
        self.page.locator(selector).first.set_input_files(paths)

    def downloads(self, act):
        """What the browser downloads while `act` is done: (file name, octets)."""
        with self.page.expect_download() as waiting:
            act()
        with open(waiting.value.path(), "rb") as file:
            return waiting.value.suggested_filename, file.read()

    def screenshot(self, path):
        self.page.screenshot(path=path)

    def pdf(self):
        """What comes out of the printer."""
        return self.page.pdf(format="A4")

    def resize(self, width, height):
        self.page.set_viewport_size({"width": width, "height": height})

    def cut(self, is_cut):
        """Takes the network away, or gives it back."""
        self.context.set_offline(is_cut)

    def slow(self, rate):
        """Makes the processor so many times slower for this page."""
        session = self.context.new_cdp_session(self.page)
        session.send("Emulation.setCPUThrottlingRate", {"rate": rate})
        return session

    def authenticator(self):
        """Something that keeps passkeys for this page, and always finds its person there."""
        return Authenticator(self.context.new_cdp_session(self.page))

    def close(self):
        self.context.close()


class Authenticator:
    """The browser's own virtual one, in place of a chip with a fingerprint reader."""

    def __init__(self, session):
        self._session = session
        session.send("WebAuthn.enable", {"enableUI": False})
        self._id = session.send("WebAuthn.addVirtualAuthenticator", {"options": {
            "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
            "isUserVerified": True, "automaticPresenceSimulation": True}})["authenticatorId"]

    def knows(self, is_there):
        """Whether it finds its person from now on."""
        self._session.send("WebAuthn.setUserVerified", {"authenticatorId": self._id, "isUserVerified": is_there})

    def credentials(self):
        return self._session.send("WebAuthn.getCredentials", {"authenticatorId": self._id})["credentials"]


KEYS = {"Ctrl": "Control", "Space": " "}
