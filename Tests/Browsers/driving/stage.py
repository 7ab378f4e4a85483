"""What the tests play on: the program as it was built, serving from an empty data directory, people and their mail."""

import base64
import json
import os
import re
import shutil
import sys
import tempfile
import time
import urllib.request

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", "..", ".."))
sys.path.insert(0, os.path.join(ROOT, "scripts", "proof"))
from kit.daemon import Restante  # noqa: E402
from kit import jmap  # noqa: E402

from . import mailbag  # noqa: E402

CONFIGURATION = """\
dataDirectory: {data}
keyFile: {key}
http: {{ listen: "127.0.0.1:{http}" }}
pop3: {{ listen: "127.0.0.1:{pop3}" }}
pop3s: {{ listen: "off" }}
outgoing: {{ allowedNetworks: [127.0.0.0/8, "::1"], allowedPorts: [1-65535] }}
"""
PASSWORD = "correct horse battery"
BLOB = ["urn:ietf:params:jmap:core", "urn:ietf:params:jmap:blob"]


class Daemon(Restante):
    """One that may poll and send on this machine."""

    def _configure(self):
        self.configuration = os.path.join(self.folder, "restante.yaml")
        with open(self.configuration, "w", encoding="utf-8") as file:
            file.write(CONFIGURATION.format(data=self.data, key=self.key, http=self.http, pop3=self.pop3))


class Device(jmap.Device):
    """One that does not come back to a connection that was idle for long: the server may have closed it."""

    _used = 0.0

    def _once(self, *arguments):
        if time.monotonic() - self._used > 10:
            self.close()
        self._used = time.monotonic()
        return super()._once(*arguments)


class Stage:
    """A daemon in a folder that is thrown away. Nobody is there before `person`."""

    def __init__(self, binary, serve=True):
        self.folder = tempfile.mkdtemp(prefix="restante-browsers-")
        self.daemon = Daemon(binary, self.folder)
        self._count = 0
        if serve:
            self.daemon.serve()

    @property
    def address(self):
        """Where the page is."""
        return f"http://127.0.0.1:{self.daemon.http}"

    def person(self, mail=mailbag.EVERYDAY, name=None, is_administrator=True):
        """Somebody with a password, a device that is curl, and mail in their folders."""
        self._count += 1
        name = name or f"ada{self._count}"
        role = ["--admin"] if is_administrator else []
        self.daemon.run("user", "add", name, *role, "--password-file", self.daemon.secret_file("password", PASSWORD))
        device = Device(self.daemon.http, name, self.daemon.add_device(name, "curl"))
        person = Person(name, device)
        person.receive(mail)
        return person

    def sends_through(self, person, office, address="ada@example.net"):
        """Gives the person a maildrop that is not polled, whose outgoing server is `office`."""
        self.daemon.run(
            "maildrop", "add", address, "--user", person.name, "--host", "127.0.0.1", "--port", "1", "--disabled",
            "--password-file", self.daemon.secret_file("sesame", "sesame"), "--smtp-host", "127.0.0.1", "--smtp-port",
            str(office.port), "--smtp-security", "plain")

    def setup_address(self):
        """The one-time address that a daemon without people printed."""
        found = re.findall(r"http\S+#/setup/\S+", self.daemon.log_tail(100_000))
        return found[-1] if found else None

    def close(self):
        if self.daemon.process is not None:
            self.daemon.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


class Person:
    """A user, seen from a device of theirs that is curl."""

    def __init__(self, name, device, password=PASSWORD):
        self.name, self.device, self.password = name, device, password
        self._cookie = None

    def cookie(self, address):
        """(name, value) of a browser's session, signed in to once."""
        if self._cookie is None:
            body = json.dumps({"username": self.name, "password": self.password}).encode()
            request = urllib.request.Request(
                address + "/auth/session", data=body, headers={"Content-Type": "application/json", "Origin": address})
            with urllib.request.urlopen(request, timeout=60) as answer:
                self._cookie = answer.headers["Set-Cookie"].split(";")[0].split("=", 1)
        return self._cookie

    def empty(self):
        """Destroys every email, and every mailbox that has no role."""
        emails = self.device.call("Email/query")["ids"]
        if emails:
            self.device.call("Email/set", {"destroy": emails})
        boxes = [box["id"] for box in self.folders().values() if not box["role"]]
        if boxes:
            self.device.call("Mailbox/set", {"destroy": boxes})

    def folders(self):
        """Mailboxes by role, and by name where they have none."""
        boxes = self.device.call("Mailbox/get", {"ids": None})["list"]
        return {box["role"] or box["name"]: box for box in boxes}

    def receive(self, letters):
        """Imports mail; the emails' ids in the same order."""
        letters = list(letters)
        if not letters:
            return []
        folders = self.folders()
        for name in {letter.folder for letter in letters} - set(folders):
            self.device.call("Mailbox/set", {"create": {"new": {"name": name}}})
        folders = self.folders()
        blobs, emails = self._upload(letter.octets() for letter in letters), {}
        for number, letter in enumerate(letters):
            emails[str(number)] = {
                "blobId": blobs[number], "mailboxIds": {folders[letter.folder]["id"]: True},
                "keywords": {keyword: True for keyword in letter.keywords}, "receivedAt": letter.received()}
        answer = self.device.call("Email/import", {"emails": emails})
        if answer.get("notCreated"):
            raise RuntimeError(f"Email/import: {json.dumps(answer['notCreated'])[:500]}")
        return [answer["created"][str(number)]["id"] for number in range(len(letters))]

    def _upload(self, messages):
        """Blob/upload (RFC 9404): all of them by one request. Their ids in the same order."""
        create = {str(number): {"data": [{"data:asBase64": base64.b64encode(octets).decode()}], "type": "message/rfc822"}
                  for number, octets in enumerate(messages)}
        answer = self.device.call("Blob/upload", {"create": create}, BLOB)
        return [answer["created"][number]["id"] for number in create]

    def emails(self, properties=("id", "subject", "keywords", "mailboxIds"), **condition):
        """What the server has that meets a condition of Email/query."""
        found = self.device.calls([
            ("Email/query", {"filter": condition} if condition else {}),
            ("Email/get", {
                "#ids": {"resultOf": "0", "name": "Email/query", "path": "/ids"}, "properties": list(properties)})])
        return found[1]["list"]

    def email(self, subject):
        """The one email with exactly that subject."""
        found = [email for email in self.emails(subject=subject) if email["subject"] == subject]
        if len(found) != 1:
            raise AssertionError(f"{len(found)} emails with the subject {subject!r}")
        return found[0]
