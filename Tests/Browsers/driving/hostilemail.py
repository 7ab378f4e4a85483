"""Attacks as mail: imported into somebody's Inbox, asked for as the server shows them, and opened on the client's page."""

import base64
import dataclasses
import json

from .mailbag import Letter

VIEW = ["urn:ietf:params:jmap:core", "urn:ietf:params:jmap:mail", "https://restante.example/ns/jmap/view"]

# The letter is there, and where it is HTML so is its frame's document.
IS_OPEN = """(subject) => {
  const letter = document.querySelector('.letter');
  if (letter?.querySelector('h2')?.textContent !== subject || !letter.querySelector('.messages .body')?.childNodes.length) return false;
  const page = letter.querySelector('iframe.letter-frame')?.contentDocument;
  return page === undefined || (page?.URL === 'about:srcdoc' && page.readyState === 'complete');
}"""


@dataclasses.dataclass
class HostileLetter(Letter):
    """HTML alone, octet by octet as the attack has it."""

    def octets(self):
        body = base64.encodebytes(self.html.encode()).replace(b"\n", b"\r\n")
        return (
            f"From: Eve <eve@example.org>\r\nTo: Ada <ada@example.net>\r\nSubject: {self.subject}\r\n"
            f"Message-ID: <{self.subject}@example.org>\r\nMIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n"
            "Content-Transfer-Encoding: base64\r\n\r\n").encode() + body


class HostileMail:
    """One letter for each attack, in the Inbox of `person`. `html` gives what stands in an attack's."""

    def __init__(self, person, attacks, html):
        self.person = person
        ids = person.receive(HostileLetter(attack["id"], html=html(attack), keywords=("$seen",)) for attack in attacks)
        self._ids = {attack["id"]: id for attack, id in zip(attacks, ids)}
        self._threads = None

    def views(self):
        """What the server makes of each attack's HTML, by the attacks' ids."""
        ids, views = list(self._ids.values()), {}
        for first in range(0, len(ids), 20):
            answer = self.person.device.call("EmailView/get", {"ids": ids[first:first + 20]}, VIEW)
            views.update({view["id"]: view["html"] or "" for view in answer["list"]})
        if len(views) != len(ids):
            raise AssertionError(f"{len(ids) - len(views)} letters have no view")
        return {attack: views[id] for attack, id in self._ids.items()}

    def open(self, page, attack):
        """Shows an attack's letter on the mail page that `page` is signed in to."""
        if self._threads is None:
            ids = list(self._ids.values())
            found = self.person.device.call("Email/get", {"ids": ids, "properties": ["threadId"]})["list"]
            self._threads = {email["id"]: email["threadId"] for email in found}
        place = f"#/mail/all/{self._threads[self._ids[attack['id']]]}"
        page.call(f"() => {{ location.hash = {json.dumps(place)}; }}")
        page.until(IS_OPEN, f"the letter {attack['id']}", attack["id"])
