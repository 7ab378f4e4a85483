"""Devices that change things all the time while mail comes in, and one that watches; all of it goes into a History."""

import random
import threading

from . import jmap

GONE = "destroyed"
KEYWORDS = ["$seen", "$flagged", "$answered", "proof-one", "proof-two"]


class Writer(threading.Thread):
    """One device of `count`: it writes only to emails whose id number is `number` modulo `count`."""

    def __init__(self, device, history, number, count, seed):
        super().__init__(daemon=True)
        self.device, self.history, self.number, self.count = device, history, number, count
        self.random = random.Random(seed * 100 + number)
        self.ended = threading.Event()
        self.error = None
        self.emails, self.own = [], []
        self.made = 0

    def run(self):
        try:
            self.boxes = [box["id"] for box in self.device.call("Mailbox/get", {"ids": None})["list"]]
            while not self.ended.is_set():
                self.step()
        except (OSError, jmap.Refused, ValueError, KeyError) as error:
            self.error = error

    def step(self):
        if not self.emails or self.random.random() < 0.05:
            self.refresh()
        draw = self.random.random()
        if draw < 0.08:
            self.bring_in()
        elif draw < 0.14:
            self.change_mailbox()
        elif not self.emails:
            self.ended.wait(0.02)
        elif draw < 0.18:
            self.destroy(self.random.choice(self.emails))
        elif draw < 0.35:
            self.move(self.random.choice(self.emails))
        else:
            self.mark(self.random.choice(self.emails))

    def refresh(self):
        answer = self.device.call("Email/query", {
            "sort": [{"property": "receivedAt", "isAscending": False}], "limit": 300})
        mine = [email for email in answer["ids"] if int(email[1:]) % self.count == self.number]
        told = jmap.emails(self.device, mine, ["blobId"])
        for email in told:
            self.history.tell_email(email["id"], email["blobId"])
        self.emails = mine

    def set(self, thing, value, method, arguments):
        write = self.history.begin(thing, value)
        answer = self.device.call(method, arguments)
        failed = answer.get("notUpdated") or answer.get("notDestroyed") or answer.get("notCreated")
        if failed:
            raise jmap.Refused(f"{method}: {failed}")
        self.history.acknowledge(write)
        self.history.tell_state(method.split("/")[0], answer["newState"])
        return answer

    def mark(self, email):
        words = frozenset(self.random.sample(KEYWORDS, self.random.randint(0, 3)))
        self.set((email, "keywords"), words, "Email/set", {
            "update": {email: {"keywords": {word: True for word in words}}}})

    def move(self, email):
        boxes = frozenset(self.random.sample(self.boxes, self.random.choice([1, 1, 2])))
        self.set((email, "mailboxIds"), boxes, "Email/set", {
            "update": {email: {"mailboxIds": {box: True for box in boxes}}}})

    def destroy(self, email):
        self.emails.remove(email)
        self.set((email, "exists"), GONE, "Email/set", {"destroy": [email]})

    def bring_in(self):
        """Upload and Email/import; one in three is so large that its octets get a file of their own."""
        self.made += 1
        filler = self.random.randbytes(60_000 if self.random.random() < 0.33 else 200).hex()
        lines = "\r\n".join(filler[start:start + 76] for start in range(0, len(filler), 76))
        blob = self.device.upload((
            f"From: device{self.number}@example.org\r\nSubject: import {self.made}\r\n"
            f"Message-ID: <import.{self.number}.{self.made}@example.org>\r\n\r\n{lines}\r\n").encode())
        answer = self.device.call("Email/import", {"emails": {"new": {
            "blobId": blob, "mailboxIds": {self.boxes[0]: True}}}})
        if answer.get("notCreated"):
            raise jmap.Refused(f"Email/import: {answer['notCreated']}")
        self.history.tell_email(answer["created"]["new"]["id"], blob)
        self.history.tell_state("Email", answer["newState"])

    def change_mailbox(self):
        self.made += 1
        name = f"box {self.number} {self.made}"
        if self.own and self.random.random() < 0.6:
            box = self.random.choice(self.own)
            self.set((box, "name"), name, "Mailbox/set", {"update": {box: {"name": name}}})
            return
        answer = self.device.call("Mailbox/set", {"create": {"new": {"name": name}}})
        if answer.get("notCreated"):
            raise jmap.Refused(f"Mailbox/set: {answer['notCreated']}")
        box = answer["created"]["new"]["id"]
        self.own.append(box)
        self.boxes.append(box)
        self.history.tell_mailbox(box)
        self.history.tell_state("Mailbox", answer["newState"])


class Watcher(threading.Thread):
    """A device that follows /changes, as one that must not miss anything does."""

    def __init__(self, device, history):
        super().__init__(daemon=True)
        self.device, self.history = device, history
        self.ended = threading.Event()
        self.error = None

    def run(self):
        try:
            states = {
                kind: self.device.call(f"{kind}/get", {"ids": []})["state"] for kind in ("Email", "Mailbox", "Thread")}
            while not self.ended.wait(0.03):
                for kind, state in states.items():
                    answer = self.device.call(f"{kind}/changes", {"sinceState": state})
                    self.history.tell_state(kind, answer["newState"])
                    states[kind] = answer["newState"]
                    if kind == "Email" and answer["created"]:
                        self.tell_created(answer["created"])
                    if kind == "Mailbox":
                        for mailbox in answer["created"]:
                            self.history.tell_mailbox(mailbox)
        except (OSError, jmap.Refused, ValueError, KeyError) as error:
            self.error = error

    def tell_created(self, ids):
        answer = self.device.call("Email/get", {"ids": ids, "properties": ["blobId"]})
        for email in answer["list"]:
            self.history.tell_email(email["id"], email["blobId"])
