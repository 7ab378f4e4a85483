"""How soon a device's change reaches the event sources of the others."""

import json
import selectors
import socket
import time

from .report import percentile
from .stage import USER, add_maildrop, wait_stored

SOURCES = 100
PER_DEVICE = 8
# A source gets at most five events a second: after the last has come, the next change waits a little longer than that, so
# that what is measured is the way and not the turn.
SPACING = 0.21


def run(stage, report):
    changes = stage.options.changes
    print(f"{changes} changes with {SOURCES} event sources open", flush=True)
    daemon = stage.daemon("fan-out")
    daemon.serve()
    daemon.add_user(USER)
    writer = daemon.device(USER, daemon.add_device(USER, "writer"))
    add_maildrop(writer, "drop", stage.server("few", 1_000, 1400, 0.4).plain_port, "plain")
    wait_stored(writer, 1_000)
    time.sleep(1)
    email = writer.call("Email/query", {"limit": 1})["ids"][0]
    selector, sources = selectors.DefaultSelector(), []
    for number in range(SOURCES):
        if number % PER_DEVICE == 0:
            device = daemon.device(USER, daemon.add_device(USER, f"reader {number // PER_DEVICE}"))
        sources.append(Source(device, selector))
    drain(selector, 1.0)
    times, slowest = [], []
    for number in range(changes):
        began = time.perf_counter()
        answer = writer.call("Email/set", {
            "update": {email: {"keywords/$flagged": True if number % 2 == 0 else None}}})
        arrivals = collect(selector, answer["newState"], began)
        times += arrivals
        slowest.append(max(arrivals))
        drain(selector, SPACING)
    report.note(
        f"{len(times)} arrivals: p50 {percentile(times, 0.5):.1f} ms, worst {max(times):.1f} ms; the last of {SOURCES} "
        f"sources, p99 {percentile(slowest, 0.99):.1f} ms")
    report.at_most("a change reaches another device, p99", percentile(times, 0.99), 50, "ms")
    for source in sources:
        source.socket.close()
    daemon.stop()


class Source:
    def __init__(self, device, selector):
        self.account = device.account
        self.socket = socket.create_connection(("127.0.0.1", device.port))
        self.socket.sendall((
            "GET /jmap/eventsource?types=Email&closeafter=no&ping=0 HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            f"Authorization: {device.headers['Authorization']}\r\nAccept: text/event-stream\r\n\r\n").encode())
        self.buffer = b""
        head = self.socket.recv(4096)
        if b" 200 " not in head.split(b"\r\n")[0]:
            raise RuntimeError(f"no event source: {head[:200]!r}")
        selector.register(self.socket, selectors.EVENT_READ, self)

    def states(self):
        """The Email states that have come in."""
        data = self.socket.recv(65536)
        if not data:
            raise RuntimeError("an event source ended")
        self.buffer += data
        lines = self.buffer.split(b"\n")
        self.buffer = lines.pop()
        for line in lines:
            if line.startswith(b"data:") and b"StateChange" in line:
                yield json.loads(line[5:])["changed"].get(self.account, {}).get("Email")


def collect(selector, state, began):
    """Milliseconds until each source has told this state."""
    arrivals = []
    while len(arrivals) < SOURCES:
        ready = selector.select(10)
        if not ready:
            raise RuntimeError(f"{SOURCES - len(arrivals)} event sources did not hear of {state}")
        for key, _ in ready:
            now = time.perf_counter()
            if state in key.data.states():
                arrivals.append((now - began) * 1000)
    return arrivals


def drain(selector, seconds):
    """Reads what else comes, for so long."""
    end = time.perf_counter() + seconds
    while (left := end - time.perf_counter()) > 0:
        for key, _ in selector.select(left):
            list(key.data.states())
