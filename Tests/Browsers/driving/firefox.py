"""Debian's Firefox ESR, driven by WebDriver BiDi."""

import base64
import json
import os
import re
import shutil
import subprocess
import tempfile
import threading
import urllib.request
from urllib.parse import urlsplit

from .bidi import Bidi, BidiError, local
from .chromium import find
from .page import DESKTOP, REPORT_VIOLATIONS, Left, Page, until

# Nothing is asked for beyond this machine (a proxy that is not there stands before all else); the driver's own recommended preferences do the rest.
PREFERENCES = {
    "app.normandy.enabled": False, "app.update.enabled": False, "app.update.auto": False,
    "browser.aboutConfig.showWarning": False, "browser.newtabpage.enabled": False, "browser.region.update.enabled": False,
    "browser.safebrowsing.downloads.enabled": False, "browser.safebrowsing.malware.enabled": False,
    "browser.safebrowsing.phishing.enabled": False, "browser.search.update": False, "browser.shell.checkDefaultBrowser": False,
    "browser.startup.homepage": "about:blank", "browser.startup.page": 0, "browser.translations.enable": False,
    "datareporting.policy.dataSubmissionEnabled": False, "dom.push.connection.enabled": False, "extensions.update.enabled": False,
    "extensions.systemAddon.update.enabled": False, "intl.accept_languages": "en-US,en", "media.gmp-manager.updateEnabled": False,
    "network.captive-portal-service.enabled": False, "network.connectivity-service.enabled": False,
    "network.dns.disablePrefetch": True, "network.proxy.type": 1, "network.proxy.http": "127.0.0.1", "network.proxy.http_port": 9, "network.proxy.ssl": "127.0.0.1",
    "network.proxy.ssl_port": 9, "network.proxy.no_proxies_on": "127.0.0.1, localhost", "services.settings.server": "data:,#none/v1",
    "toolkit.telemetry.server": "data:,", "toolkit.telemetry.enabled": False, "signon.rememberSignons": False,
}


class Firefox:
    name = "firefox"

    def __init__(self, dark=False, folder=None):
        """`folder` is a profile that outlives the browser; without it one is thrown away with it."""
        self._is_kept, self._is_dark, self._dark = folder is not None, dark, None
        self._folder = folder or tempfile.mkdtemp(prefix="restante-firefox-")
        preferences = {**PREFERENCES, "layout.css.prefers-color-scheme.content-override": 0 if dark else 1}
        with open(os.path.join(self._folder, "user.js"), "w", encoding="utf-8") as file:
            for name, value in preferences.items():
                file.write(f"user_pref({json.dumps(name)}, {json.dumps(value)});\n")
        self._process = subprocess.Popen(
            [find("firefox-esr", "firefox-esr"), "--headless", "--no-remote", "--profile", self._folder,
             "--remote-debugging-port", "0"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
            env={**os.environ, "HOME": self._folder, "MOZ_CRASHREPORTER_DISABLE": "1", "TZ": "Europe/Berlin"})
        self.bidi = Bidi(self._address() + "/session")
        self.bidi.send("session.new", {"capabilities": {}})
        self.bidi.send("session.subscribe", {"events": ["log.entryAdded", "browsingContext.contextCreated"]})
        self.pages = {}
        self.bidi.on("log.entryAdded", self._logged)
        self.bidi.on("browsingContext.contextCreated", self._created)

    def _address(self):
        said = []
        for line in self._process.stderr:
            said.append(line)
            found = re.search(r"WebDriver BiDi listening on (ws://\S+)", line)
            if found:
                threading.Thread(target=lambda: [None for _ in self._process.stderr], daemon=True).start()
                return found[1]
        raise RuntimeError(f"Firefox ended: {''.join(said)[-2000:]}")

    def _logged(self, entry):
        page = self.pages.get(entry["source"].get("context"))
        if page and entry["level"] == "error" and not was_left(entry.get("text") or ""):
            place = (entry.get("stackTrace") or {}).get("callFrames") or [{}]
            page.complaint(f"{entry.get('text')} ({place[0].get('url', '')}:{place[0].get('lineNumber', '')})")

    def _created(self, context):
        opener = self.pages.get(context.get("originalOpener") or "")
        if opener is None and context.get("parent") is None:
            # A window that must not know its opener: it belongs to the one page of its user context.
            owners = [page for page in self.pages.values() if page.user_context == context.get("userContext")]
            opener = owners[0] if owners and context["context"] not in self.pages else None
        if opener is not None and context.get("parent") is None and not opener.is_opening:
            opener.popups += 1
            opener.others.append(context["context"])

    def page(self, viewport=DESKTOP, dark=False, phone=False, language="en-US"):
        """A window with cookies of its own. A Firefox is dark as a whole: the first dark window begins another one."""
        if dark and not self._is_dark:
            self._dark = self._dark or Firefox(dark=True)
            return self._dark.page(viewport, phone=phone, language=language)
        user = self.bidi.send("browser.createUserContext")["userContext"]
        page = self._page(user)
        width, height = (412, 839) if phone else viewport
        page.resize(width, height, 2.625 if phone else None)
        return page

    def profile(self, folder):
        """A window over a profile that outlives the browser: that of a Firefox of its own, which ends with it."""
        firefox = Firefox(folder=folder)
        page = firefox._page("default")
        page.resize(*DESKTOP)
        page.close = firefox.close
        return page

    def _page(self, user):
        context = self.bidi.send("browsingContext.create", {"type": "tab", "userContext": user})["context"]
        page = FirefoxPage(self, user, context)
        self.pages[context] = page
        self.bidi.send("script.addPreloadScript", {"functionDeclaration": REPORT_VIOLATIONS, "contexts": [context]})
        return page

    def close(self):
        if self._dark is not None:
            self._dark.close()
        try:
            self.bidi.send("browser.close")
        except BidiError:
            pass
        self.bidi.close()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if not self._is_kept:
            shutil.rmtree(self._folder, ignore_errors=True)


class FirefoxPage(Page):
    browser = "firefox"

    def __init__(self, firefox, user, context):
        super().__init__()
        self._firefox, self._bidi = firefox, firefox.bidi
        self.user_context, self.id = user, context
        self.others, self.is_opening = [], False

    def close_popups(self):
        for context in self.others:
            try:
                self._bidi.send("browsingContext.close", {"context": context})
            except BidiError:
                pass
        self.others = []

    def another(self):
        self.is_opening = True
        page = self._firefox._page(self.user_context)
        self.is_opening = False
        return page

    def opens_pdf(self, link, words):
        """A tab of its own, whose viewer says so."""
        link.click()
        until(lambda: self.others and words in self._text(self.others[-1]), f"a PDF that says {words}")

    def _text(self, context):
        said = self._bidi.send("script.evaluate", {
            "expression": "document.body?.innerText ?? ''", "target": {"context": context}, "awaitPromise": False})
        return said["result"]["value"] if said["type"] == "success" else ""

    def take_cookie(self, address, cookie):
        self._bidi.send("storage.setCookie", {
            "cookie": {
                "name": cookie[0], "value": {"type": "string", "value": cookie[1]}, "domain": urlsplit(address).hostname,
                "path": "/", "httpOnly": True, "secure": False, "sameSite": "strict"},
            "partition": {"type": "storageKey", "userContext": self.user_context}})

    def permit(self, address, name, state):
        """What somebody said when the browser asked for leave: `granted` or `denied`."""
        self._bidi.send("permissions.setPermission", {
            "descriptor": {"name": name}, "state": state, "origin": address, "userContext": self.user_context})

    def goto(self, url):
        # Another fragment of the page that is shown loads nothing: the browser then says so at once.
        self._bidi.send("browsingContext.navigate", {"context": self.id, "url": url, "wait": "complete"})

    def reload(self):
        self._bidi.send("browsingContext.reload", {"context": self.id, "wait": "complete"})

    def url(self):
        return self._bidi.send("browsingContext.getTree", {"root": self.id, "maxDepth": 0})["contexts"][0]["url"]

    def ask(self, function, *arguments):
        # JSON there and back: the protocol's own form of a value is for debuggers.
        wrapped = f"async (all) => JSON.stringify(await ({function})(...JSON.parse(all)) ?? null)"
        try:
            result = self._bidi.send("script.callFunction", {
                "functionDeclaration": wrapped, "awaitPromise": True, "target": {"context": self.id},
                "arguments": [local(json.dumps(arguments))]})
        except BidiError as error:
            if error.code in ("unknown error", "no such frame"):
                raise Left(str(error)) from error
            raise
        if result["type"] == "exception":
            raise RuntimeError(result["exceptionDetails"]["text"])
        return json.loads(result["result"]["value"])

    def run(self, script):
        result = self._bidi.send("script.evaluate", {
            "expression": f"{script}\n;null", "awaitPromise": False, "target": {"context": self.id}})
        if result["type"] == "exception":
            raise RuntimeError(result["exceptionDetails"]["text"])

    def _perform(self, *sources):
        """What hands do. A page that is just being replaced takes nothing: then it is done as soon as the next one takes it."""
        def taken():
            try:
                self._bidi.send("input.performActions", {"context": self.id, "actions": list(sources)})
            except BidiError as error:
                if "NS_ERROR_FAILURE" in str(error):
                    return False
                if error.code == "no such frame":
                    raise Left(str(error)) from error
                raise
            return True
        until(taken, "a page that takes what hands do")

    def _point(self, actions):
        self._perform({"type": "pointer", "id": "mouse", "parameters": {"pointerType": "mouse"}, "actions": actions})

    def click_at(self, x, y, times=1, button="left", modifiers=()):
        for key in modifiers:
            self._keys([{"type": "keyDown", "value": KEYS[key]}])
        number = {"left": 0, "middle": 1, "right": 2}[button]
        actions = [move(x, y)]
        actions += [{"type": "pointerDown", "button": number}, {"type": "pointerUp", "button": number}] * times
        self._point(actions)
        for key in modifiers:
            self._keys([{"type": "keyUp", "value": KEYS[key]}])

    def move(self, x, y):
        self._point([move(x, y)])

    def drag(self, start, end):
        """The browser begins the drag and says what it is over; that it is let go there has to be played (see decision 0080)."""
        self.call(WATCH)
        middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
        self._point([move(*start), {"type": "pointerDown", "button": 0}, move(*middle, 50), move(*end, 50)])
        try:
            # Firefox says again what it is over only when the pointer moves.
            until(lambda: self.call(IS_OVER, *map(round, end)) or self._point([move(end[0] + 1, end[1]), move(*end)]),
                  lambda: f"anything that takes what is dragged from {start} to {end}; there was {self.call('() => window.dragged.seen')}")
            self.call(DROP, *map(round, end))
        finally:
            self._point([{"type": "pointerUp", "button": 0}])

    def swipe(self, start, end, steps=8):
        """A finger that moves from one place to another."""
        path = [move(start[0] + (end[0] - start[0]) * step / steps, start[1] + (end[1] - start[1]) * step / steps, 16)
                for step in range(1, steps + 1)]
        self._perform({"type": "pointer", "id": "finger", "parameters": {"pointerType": "touch"}, "actions": [
            move(*start), {"type": "pointerDown", "button": 0}, *path, {"type": "pointerUp", "button": 0}]})

    def _keys(self, actions):
        self._perform({"type": "key", "id": "keyboard", "actions": actions})

    def press(self, keys):
        names = keys.split("+") if len(keys) > 1 else [keys]
        values = [KEYS.get(name, name) for name in names]
        self._keys([{"type": "keyDown", "value": value} for value in values]
                   + [{"type": "keyUp", "value": value} for value in reversed(values)])

    def type(self, text):
        actions = []
        for sign in text:
            value = KEYS["Enter"] if sign == "\n" else sign
            actions += [{"type": "keyDown", "value": value}, {"type": "keyUp", "value": value}]
        self._keys(actions)

    def choose_files(self, selector, paths):
        found = self._bidi.send("browsingContext.locateNodes", {
            "context": self.id, "locator": {"type": "css", "value": selector}, "maxNodeCount": 1})["nodes"][0]
        self._bidi.send("input.setFiles", {
            "context": self.id, "element": {"sharedId": found["sharedId"]}, "files": list(paths)})

    def screenshot(self, path):
        data = self._bidi.send("browsingContext.captureScreenshot", {"context": self.id})["data"]
        with open(path, "wb") as file:
            file.write(base64.b64decode(data))

    def pdf(self):
        """What comes out of the printer."""
        return base64.b64decode(self._bidi.send("browsingContext.print", {"context": self.id})["data"])

    def resize(self, width, height, ratio=None):
        self._bidi.send("browsingContext.setViewport", {
            "context": self.id, "viewport": {"width": width, "height": height},
            **({"devicePixelRatio": ratio} if ratio else {})})

    def close(self):
        self._firefox.pages.pop(self.id, None)
        self.close_popups()
        try:
            self._bidi.send("browser.removeUserContext", {"userContext": self.user_context})
        except BidiError:
            pass


# What the browser itself tells of a drag: where it began, and what was under the pointer last and whether that takes it.
WATCH = """() => {
  const seen = [];
  const of = (type, tell) => addEventListener(type, (event) => { seen.push(type); tell(event); });
  window.dragged = {seen, source: null, over: null, isTaken: false};
  of('dragstart', (event) => { window.dragged.source = event.defaultPrevented ? null : event.target; });
  of('dragover', (event) => { Object.assign(window.dragged, {over: event.target, isTaken: event.defaultPrevented}); });
}"""
IS_OVER = """(x, y) => {
  const {source, over, isTaken} = window.dragged;
  return Boolean(source && isTaken && over === document.elementFromPoint(x, y));
}"""
# What follows the release (HTML, drag and drop processing model), which the browser's driver leaves out.
DROP = """(x, y) => {
  const tell = (target, type) => target.dispatchEvent(new DragEvent(
    type, {bubbles: true, cancelable: true, composed: true, clientX: x, clientY: y, dataTransfer: new DataTransfer()}));
  tell(window.dragged.over, 'drop');
  tell(window.dragged.source, 'dragend');
}"""


def was_left(text):
    """Whether Firefox complains of a module only because its page was left while it came: the server has it."""
    found = re.match(r"TypeError: error loading dynamically imported module: (http://127\.0\.0\.1:\S+)$", text) or re.match(
        r"Failed to load ‘(http://127\.0\.0\.1:\S+)’\. A ServiceWorker intercepted the request", text)
    if not found:
        return False
    try:
        with urllib.request.urlopen(found[1], timeout=30) as answer:
            return answer.status == 200
    except OSError:
        return False


def move(x, y, milliseconds=0):
    return {"type": "pointerMove", "x": round(x), "y": round(y), "duration": milliseconds}


KEYS = {
    "Ctrl": "\ue009", "Shift": "\ue008", "Alt": "\ue00a", "Meta": "\ue03d", "Enter": "\ue006", "Escape": "\ue00c",
    "Tab": "\ue004", "Backspace": "\ue003", "Delete": "\ue017", "ArrowLeft": "\ue012", "ArrowUp": "\ue013",
    "ArrowRight": "\ue014", "ArrowDown": "\ue015", "Home": "\ue011", "End": "\ue010", "PageUp": "\ue00e",
    "PageDown": "\ue00f", "Space": " ",
}
