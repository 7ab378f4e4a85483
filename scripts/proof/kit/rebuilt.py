"""One data directory as a power cut left it: opened, compared with what devices had been told, and used on."""

import os
import shutil
import sqlite3

from . import jmap
from .writers import GONE


def modseq(state):
    """(epoch, modseq) of a state string."""
    epoch, _, number = state[1:].partition("-")
    return epoch, int(number)


class Rebuilt:
    """`original` is the Restante whose log is played; `folder`/data holds the rebuilt copy."""

    def __init__(self, original, folder, user, secret):
        self.restante = original.at(folder)
        self.user, self.secret = user, secret
        self.problems = []
        self.lost = 0

    def examine(self, history, size):
        """Everything that must hold after a cut at `size`; the sentences about what does not."""
        clean, words = self.restante.check_store()
        if not clean:
            self.problems.append("check store: " + words.replace("\n", "; ")[:600])
            return self.problems
        self.restante.serve()
        device = self.restante.device(self.user, self.secret)
        try:
            told = history.seen_before(size)
            self.compare_emails(device, history, size, told)
            self.compare_mailboxes(device, history, size)
            self.compare_states(device, history, size)
            self.use_on(device, history, size, told)
        except (jmap.Refused, OSError) as error:
            self.problems.append(f"a device is refused: {error}")
        finally:
            device.close()
            self.restante.kill()
        return self.problems

    def compare_emails(self, device, history, size, told):
        if not told:
            return
        answer = device.call("Email/get", {
            "ids": list(told), "properties": ["id", "blobId", "keywords", "mailboxIds"]})
        found = {email["id"]: email for email in answer["list"]}
        for email, blob in told.items():
            fate = history.allowed((email, "exists"), size)
            was_asked = any(write.start <= size for write in history.writes.get((email, "exists"), []))
            if email not in found:
                if not was_asked:
                    self.lose(f"{email} was shown to a device and is gone")
                continue
            if fate == [GONE]:
                self.lose(f"{email} is back although its destruction was acknowledged")
            if found[email]["blobId"] != blob:
                self.problems.append(f"{email} was handed out for {blob} and now is {found[email]['blobId']}")
            self.compare(history, (email, "keywords"), frozenset(found[email]["keywords"]), size)
            self.compare(history, (email, "mailboxIds"), frozenset(found[email]["mailboxIds"]), size)

    def compare(self, history, thing, value, size):
        allowed = history.allowed(thing, size)
        if allowed is not None and value not in allowed:
            self.lose(f"{thing[0]}: {thing[1]} is {value}, acknowledged was {allowed[0]}")

    def lose(self, sentence):
        self.lost += 1
        self.problems.append(sentence)

    def compare_mailboxes(self, device, history, size):
        boxes = {box["id"]: box["name"] for box in device.call("Mailbox/get", {"ids": None})["list"]}
        for box in history.mailboxes_before(size):
            if box not in boxes:
                self.lose(f"{box} was shown to a device and is gone")
                continue
            self.compare(history, (box, "name"), boxes[box], size)

    def compare_states(self, device, history, size):
        for kind in ("Email", "Mailbox", "Thread"):
            epoch, now = modseq(device.call(f"{kind}/get", {"ids": []})["state"])
            for state in history.states_before(size, kind):
                if modseq(state)[0] == epoch and modseq(state)[1] > now:
                    self.problems.append(f"{kind} is at {now} again, and {state} was handed out")
                    break

    def use_on(self, device, history, size, told):
        """New things get new names: no id, no state and no UID that somebody already knows."""
        handed = history.states_before(size)
        boxes = device.call("Mailbox/get", {"ids": None, "properties": ["role"]})["list"]
        inbox = next(box["id"] for box in boxes if box["role"] == "inbox")
        uids = self.uids()
        blob = device.upload(b"Subject: after the cut\r\n\r\nhere again\r\n")
        answer = device.call("Email/import", {"emails": {"new": {"blobId": blob, "mailboxIds": {inbox: True}}}})
        created = answer["created"]["new"]["id"]
        if created in told:
            self.problems.append(f"{created} is handed out again, for another message")
        if answer["newState"] in handed:
            self.problems.append(f"state {answer['newState']} is handed out again, for another content")
        fresh = {key: value for key, value in self.uids().items() if key not in uids and value == int(created[1:])}
        highest = max((uid for _, uid in uids), default=0)
        for _, uid in fresh:
            if uid <= highest:
                self.problems.append(f"UID {uid} is handed out although {highest} was before")
        answer = device.call("Mailbox/set", {"create": {"new": {"name": "after the cut"}}})
        if answer["created"]["new"]["id"] in history.mailboxes_before(size):
            self.problems.append(f"{answer['created']['new']['id']} is handed out again, for another mailbox")
        if answer["newState"] in handed:
            self.problems.append(f"state {answer['newState']} is handed out again, for another content")

    def uids(self):
        """{(mailbox, UID): email} of the Inbox, from a copy of the database: no device protocol shows UIDs yet."""
        copy = os.path.join(self.restante.folder, "copy")
        result = {}
        accounts = os.path.join(self.restante.data, "accounts")
        for account in sorted(os.listdir(accounts)):
            shutil.rmtree(copy, ignore_errors=True)
            os.makedirs(copy)
            for name in ("mail.db", "mail.db-wal"):
                if os.path.exists(source := os.path.join(accounts, account, name)):
                    shutil.copyfile(source, os.path.join(copy, name))
            if not os.path.exists(os.path.join(copy, "mail.db")):
                continue
            base = sqlite3.connect(os.path.join(copy, "mail.db"))
            rows = base.execute(
                "SELECT mailbox, uid, email FROM emailMailbox WHERE mailbox = "
                "(SELECT id FROM mailbox WHERE role = 'inbox')").fetchall()
            base.close()
            result.update({(mailbox, uid): email for mailbox, uid, email in rows})
        return result
