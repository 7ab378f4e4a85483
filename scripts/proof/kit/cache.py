"""A device that keeps a copy of an account and follows its changes, as a mail program does."""

import json

from . import jmap

TYPES = ("Email", "Mailbox", "Thread")


class Cache:
    """What one device knows: the state of each type, emails with what it shows of them, mailboxes with their names."""

    def __init__(self, device):
        self.device = device
        self.states, self.emails, self.boxes = {}, {}, {}
        # Everything that an id was ever known for: an id must never mean another thing.
        self.blobs = {}

    def read_all(self):
        self.states = {kind: self.device.call(f"{kind}/get", {"ids": []})["state"] for kind in TYPES}
        self.boxes = {box["id"]: box["name"] for box in self.device.call("Mailbox/get", {"ids": None})["list"]}
        self.emails = {}
        self._take(jmap.all_email_ids(self.device))

    def _take(self, ids):
        for email in jmap.emails(self.device, ids, ["id", "blobId", "keywords", "mailboxIds"], may_vanish=True):
            self.emails[email["id"]] = (
                email["blobId"], frozenset(email["keywords"]), frozenset(email["mailboxIds"]))
            self.blobs[email["id"]] = email["blobId"]

    def follow(self):
        """Asks what changed of each type. Returns the types that say that they can't tell, and the states they gave."""
        refused, given = [], []
        for kind in TYPES:
            while True:
                try:
                    answer = self.device.call(f"{kind}/changes", {"sinceState": self.states[kind]})
                except jmap.Refused as error:
                    if json.loads(str(error)).get("type") != "cannotCalculateChanges":
                        raise
                    refused.append(kind)
                    break
                given.append((kind, answer["newState"]))
                self._apply(kind, answer)
                self.states[kind] = answer["newState"]
                if not answer["hasMoreChanges"]:
                    break
        return refused, given

    def _apply(self, kind, answer):
        changed = answer["created"] + answer["updated"]
        if kind == "Email":
            for gone in answer["destroyed"]:
                self.emails.pop(gone, None)
            if changed:
                self._take(changed)
        elif kind == "Mailbox":
            for gone in answer["destroyed"]:
                self.boxes.pop(gone, None)
            if changed:
                boxes = self.device.call("Mailbox/get", {"ids": changed})["list"]
                self.boxes.update({box["id"]: box["name"] for box in boxes})

    def differs_from(self, other):
        """How many emails and mailboxes the two know differently."""
        emails = sum(self.emails.get(key) != other.emails.get(key) for key in {*self.emails, *other.emails})
        boxes = sum(self.boxes.get(key) != other.boxes.get(key) for key in {*self.boxes, *other.boxes})
        return emails, boxes
