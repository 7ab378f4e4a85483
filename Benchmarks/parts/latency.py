"""What a device waits for, with 1,000 and with 100,000 emails in one mailbox, and while a first sync runs."""

import shutil
import threading
import time

from kit import jmap
from kit.wire import Wire

from .idle_poll import many
from .report import percentile
from .stage import USER, add_maildrop, inbox, wait_stored

ROUNDS = 300
SMALL = 1_000
LIST = [
    "id", "threadId", "mailboxIds", "keywords", "from", "to", "subject", "receivedAt", "size", "preview",
    "hasAttachment"]


def run(stage, report):
    options = stage.options
    print(f"latencies with {SMALL} and with {options.large} emails, {ROUNDS} requests each in turns", flush=True)
    server = stage.server("many", options.large, 1400, 0.4)
    daemon, large = many(stage, Wire(server.plain_port).port)
    daemon.add_user("few")
    small = daemon.device("few", daemon.add_device("few", "bench"))
    add_maildrop(small, "few", stage.server("few", SMALL, 1400, 0.4).plain_port, "plain")
    wait_stored(small, SMALL)
    probes = [Probe(small), Probe(large)]
    for name in ("newest 50", "changes, nothing new", "set one keyword", "Mailbox/get"):
        figures = [[], []]
        for number in range(ROUNDS + 20):
            for place, probe in enumerate(probes):
                took = probe.measure(name, number)
                if number >= 20:
                    figures[place].append(took * 1000)
        few, lots = (percentile(times, 0.5) for times in figures)
        report.note(
            f"{name}: p50 {few:.2f} ms at {SMALL}, {lots:.2f} ms at {options.large}; p99 "
            f"{percentile(figures[0], 0.99):.2f} and {percentile(figures[1], 0.99):.2f} ms")
        report.at_most(f"{name}, p50 at {options.large}", lots, 5, "ms")
        report.at_most(f"{name}, {options.large} : {SMALL}", lots / few, 1.5, "x")
    during_first_sync(stage, report)


class Probe:
    def __init__(self, device):
        self.device = device
        self.box = inbox(device)["id"]
        self.state = device.call("Email/get", {"ids": []})["state"]
        self.emails = self.newest()[0]["ids"]

    def measure(self, name, number):
        actions = {
            "newest 50": self.newest, "changes, nothing new": self.changes,
            "set one keyword": lambda: self.mark(number), "Mailbox/get": self.boxes}
        began = time.perf_counter()
        actions[name]()
        return time.perf_counter() - began

    def newest(self):
        return self.device.calls([
            ("Email/query", {
                "filter": {"inMailbox": self.box}, "sort": [{"property": "receivedAt", "isAscending": False}],
                "limit": 50}),
            ("Email/get", {"#ids": {"resultOf": "0", "name": "Email/query", "path": "/ids"}, "properties": LIST})])

    def changes(self):
        answer = self.device.call("Email/changes", {"sinceState": self.state})
        if answer["newState"] != self.state:
            raise RuntimeError("something changed")

    def mark(self, number):
        email = self.emails[number // 2 % len(self.emails)]
        answer = self.device.call("Email/set", {
            "update": {email: {"keywords/$flagged": True if number % 2 == 0 else None}}})
        if answer.get("notUpdated"):
            raise jmap.Refused(str(answer["notUpdated"]))
        self.state = answer["newState"]

    def boxes(self):
        self.device.call("Mailbox/get", {"ids": None})


def during_first_sync(stage, report):
    """The same keyword, while the typical maildrop comes in over TLS; several first syncs, for enough requests."""
    times = []
    for number in range(stage.options.rounds):
        times += mark_during_sync(stage, stage.daemon(f"during-{number}"))
    report.note(
        f"set one keyword during {stage.options.rounds} first syncs: {len(times)} requests, "
        f"p50 {percentile(times, 0.5):.1f} ms, worst {max(times):.1f} ms")
    report.at_most("set one keyword during a first sync, p99", percentile(times, 0.99), 100, "ms")


def mark_during_sync(stage, daemon):
    """Milliseconds of each request."""
    server = stage.server("typical", stage.options.messages, 9000)
    daemon.serve()
    daemon.add_user(USER)
    secret = daemon.add_device(USER, "bench")
    device, watcher = daemon.device(USER, secret), daemon.device(USER, secret)
    add_maildrop(watcher, "drop", server.tls_port, "tls", server.pin())
    done = threading.Event()

    def watch():
        wait_stored(watcher, stage.options.messages)
        done.set()

    threading.Thread(target=watch, daemon=True).start()
    while not inbox(device)["totalEmails"] and not done.is_set():
        time.sleep(0.01)
    probe, times = Probe(device), []
    while not done.is_set():
        began = time.perf_counter()
        probe.mark(len(times))
        times.append((time.perf_counter() - began) * 1000)
        done.wait(0.005)
    daemon.stop()
    shutil.rmtree(daemon.folder)
    return times
