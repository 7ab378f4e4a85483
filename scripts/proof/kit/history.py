"""What devices asked for and were told, each with the power-loss log's size at that moment.

What is in the log before a size was done before that moment: an answer noted at size n must survive every cut after n.
"""

import collections
import os
import threading


class Write:
    """One request to give a thing a value; acknowledged at `end`, or never."""

    def __init__(self, start, value):
        self.start = start
        self.end = None
        self.value = value


class History:
    def __init__(self, log):
        self._log = log
        self._lock = threading.Lock()
        self.writes = collections.defaultdict(list)
        self.seen = {}
        self.mailboxes = {}
        self.states = []

    def now(self):
        return os.path.getsize(self._log)

    def begin(self, thing, value):
        """Before a request is sent. One thing is written by one device only, so that its writes have an order."""
        write = Write(self.now(), value)
        with self._lock:
            self.writes[thing].append(write)
        return write

    def acknowledge(self, write):
        write.end = self.now()

    def tell_state(self, kind, state):
        with self._lock:
            self.states.append((self.now(), kind, state))

    def tell_email(self, email, blob):
        with self._lock:
            self.seen.setdefault(email, (self.now(), blob))

    def tell_mailbox(self, mailbox):
        with self._lock:
            self.mailboxes.setdefault(mailbox, self.now())

    def acknowledged(self, size):
        """How many changes were acknowledged before the log had this size."""
        return sum(write.end is not None and write.end <= size for writes in self.writes.values() for write in writes)

    def allowed(self, thing, size):
        """The values that `thing` may have after a cut at `size`: the last acknowledged, or one asked for since. None when
        no write of it was acknowledged: then anything goes."""
        values = None
        for write in self.writes.get(thing, []):
            if write.start > size:
                break
            if write.end is not None and write.end <= size:
                values = [write.value]
            elif values is not None:
                values.append(write.value)
        return values

    def seen_before(self, size):
        """{email: blob} that devices were told of."""
        return {email: blob for email, (when, blob) in self.seen.items() if when <= size}

    def mailboxes_before(self, size):
        return {mailbox for mailbox, when in self.mailboxes.items() if when <= size}

    def states_before(self, size, kind=None):
        return {state for when, of, state in self.states if when <= size and kind in (None, of)}
