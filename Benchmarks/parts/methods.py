"""What each method of JMAP takes, with 10,000 and with 100,000 emails in one mailbox, beside another server's figures.

The client is a socket: a request is built before the clock starts, and an answer is read after it has stopped.
"""

import base64
import json
import os
import socket
import time

from .first_sync import wait_searchable
from .report import percentile
from .stage import inbox

SMALL = 10_000
ROUNDS = 200
WARM = 20
BOXES = 60
LIST = [
    "id", "threadId", "mailboxIds", "keywords", "from", "to", "subject", "receivedAt", "size", "preview",
    "hasAttachment"]
USING = ["urn:ietf:params:jmap:core", "urn:ietf:params:jmap:mail"]
NEWEST_FIRST = [{"property": "receivedAt", "isAscending": False}]

# Milliseconds, p50 and p95, that another server took with 10,000 messages of 1 to 6 kB on a machine of this kind, and
# how many times faster this one has to be. Rows without figures are only compared with themselves at 100,000.
PEER = {
    "Core/echo": (0.5, 0.6, 1),
    "Mailbox/get of 60": (51, 95, 5),
    "newest 50 with list properties": (76, 84, 5),
    "collapsed chain of 30 threads": (76, 90, 5),
    "deep page": (8, 12, 5),
    "text search": (30, 38, 5),
    "one email with bodies": (44, 53, 5),
    "500 metadata": (114, 172, 5),
    "set one keyword": (21, 42, 5),
    "set 100": (34, 49, 5),
    "changes, none": (33, 119, 5),
    "changes of 100 and get": (106, 160, 5),
    "download": (44, 49, 5),
    # 28 messages a second.
    "upload and import": (1000 / 28, None, 5),
}
# How many times as long a row may take with ten times the emails.
GROWTH = {"text search": 4, "from and keyword": 4, "deep page": 4}


def run(stage, report):
    sizes = SMALL, stage.options.large
    print(f"methods with {sizes[0]} and with {sizes[1]} emails, {ROUNDS} requests each in turns", flush=True)
    probes = open_probes(stage, sizes)
    figures = {}
    for name in list(ROWS):
        times = [[], []]
        for number in range(ROUNDS + WARM):
            for place, probe in enumerate(probes):
                took = ROWS[name](probe, number) * 1000
                if number >= WARM:
                    times[place].append(took)
        figures[name] = times
    figures["upload and import"] = [
        [sum(pair) for pair in zip(figures["upload"][place], figures["import"][place])] for place in range(2)]
    tell(figures, sizes, report)


def open_probes(stage, sizes):
    daemon = stage.daemon("methods")
    for count in sizes:
        user = f"user{count}"
        daemon.add_user(user)
        daemon.run("import", stage.mail(f"methods-{count}", count, 2500, 0.4), "--user", user)
    secrets = [daemon.add_device(f"user{count}", "bench") for count in sizes]
    daemon.serve()
    return [Probe(daemon.device(f"user{count}", secret), count) for count, secret in zip(sizes, secrets)]


def tell(figures, sizes, report):
    report.note(f"{'ms':34}{'peer':>14}{f'at {sizes[0]}':>16}{f'at {sizes[1]}':>16}")
    for name, (few, lots) in figures.items():
        peer = PEER.get(name)
        beside = "-" if peer is None else "/".join("-" if value is None else f"{value:.3g}" for value in peer[:2])
        report.note(f"{name:34}{beside:>14}" + "".join(
            f"{percentile(times, 0.5):>9.2f}/{percentile(times, 0.95):<6.2f}" for times in (few, lots)))
    for name, (few, lots) in figures.items():
        half = percentile(few, 0.5)
        if name in PEER:
            p50, p95, times = PEER[name]
            report.at_most(f"{name}, p50 at {sizes[0]}", half, p50 / times, "ms")
            if p95 is not None:
                report.at_most(f"{name}, p95 at {sizes[0]}", percentile(few, 0.95), p95 / times, "ms")
        # What takes no time may take twice as much.
        report.at_most(
            f"{name}, p50 at {sizes[1]}", percentile(lots, 0.5), max(GROWTH.get(name, 2) * half, 0.5), "ms")


class Probe:
    """One device, and what its requests are about."""

    def __init__(self, device, count):
        self.device, self.count = device, count
        self.head = (
            f"Host: 127.0.0.1\r\nAuthorization: {device.headers['Authorization']}\r\n"
            "Content-Type: application/json\r\n")
        self.account = device.account
        self.box = inbox(device)["id"]
        boxes = device.call("Mailbox/get", {"ids": None, "properties": []})["list"]
        device.call("Mailbox/set", {"create": {f"k{n}": {"name": f"Box {n}"} for n in range(BOXES - len(boxes))}})
        self.ids = device.call("Email/query", {
            "filter": {"inMailbox": self.box}, "sort": NEWEST_FIRST, "limit": 1000})["ids"]
        wait_searchable(device)
        emails = device.call("Email/get", {"ids": self.ids[:500], "properties": ["from", "blobId"]})["list"]
        self.blobs = [email["blobId"] for email in emails]
        self.sender = next(email["from"][0]["email"] for email in emails if email["from"]).split("@")[0]
        device.call("Email/set", {"update": {id: {"keywords/$flagged": True} for id in self.ids[:1000:2]}})
        self.refresh()
        self.socket = socket.create_connection(("127.0.0.1", device.port), 60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def refresh(self):
        self.state = self.device.call("Email/get", {"ids": []})["state"]

    def api(self, *calls):
        """Seconds of one request. Every call must be answered as what it is."""
        body = json.dumps({"using": USING, "methodCalls": [
            [name, {"accountId": self.account, **arguments}, str(number)]
            for number, (name, arguments) in enumerate(calls)]}).encode()
        took, answer = self.exchange("POST", "/jmap/api", body)
        self.answers = json.loads(answer)["methodResponses"]
        for (name, _), given in zip(calls, self.answers):
            if given[0] != name or given[1].get("notUpdated") or given[1].get("notCreated"):
                raise RuntimeError(f"{name}: {json.dumps(given)[:300]}")
        return took

    def exchange(self, verb, path, body=b""):
        request = f"{verb} {path} HTTP/1.1\r\n{self.head}Content-Length: {len(body)}\r\n\r\n".encode() + body
        began = time.perf_counter()
        self.socket.sendall(request)
        answer = self.socket.recv(1 << 20)
        while b"\r\n\r\n" not in answer:
            answer += self.socket.recv(1 << 20)
        head, _, content = answer.partition(b"\r\n\r\n")
        length = content_length(head)
        pieces, held = [content], len(content)
        while held < length:
            piece = self.socket.recv(1 << 20)
            if not piece:
                raise RuntimeError(f"{path}: the answer breaks off")
            pieces.append(piece)
            held += len(piece)
        took = time.perf_counter() - began
        if b" 200 " not in head.split(b"\r\n", 1)[0]:
            raise RuntimeError(f"{path}: {head[:200]!r}")
        return took, b"".join(pieces)


def content_length(head):
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line[15:])
    raise RuntimeError(f"an answer without a length: {head[:300]!r}")


def query(probe, **arguments):
    return "Email/query", {"filter": {"inMailbox": probe.box}, "sort": NEWEST_FIRST, **arguments}


def reference(call, name, path):
    return {"resultOf": str(call), "name": name, "path": path}


def newest(probe, _):
    return probe.api(
        query(probe, limit=50),
        ("Email/get", {"#ids": reference(0, "Email/query", "/ids"), "properties": LIST}))


def chain(probe, _):
    return probe.api(
        query(probe, limit=30, collapseThreads=True),
        ("Email/get", {"#ids": reference(0, "Email/query", "/ids"), "properties": ["threadId"]}),
        ("Thread/get", {"#ids": reference(1, "Email/get", "/list/*/threadId")}),
        ("Email/get", {"#ids": reference(2, "Thread/get", "/list/*/emailIds"), "properties": LIST}))


def text(probe, number):
    words = "garden", "window", "letter", "summer"
    return probe.api(query(probe, filter={"inMailbox": probe.box, "text": words[number % len(words)]}, limit=50))


def sender(probe, _):
    return probe.api(query(
        probe, filter={"inMailbox": probe.box, "from": probe.sender, "hasKeyword": "$flagged"}, limit=50))


def one(probe, number):
    return probe.api(("Email/get", {"ids": [probe.ids[number]], "fetchAllBodyValues": True}))


def metadata(probe, number):
    return probe.api(("Email/get", {"ids": probe.ids[number:number + 500], "properties": LIST}))


def mark(probe, ids, number):
    took = probe.api(("Email/set", {
        "update": {id: {"keywords/$seen": True if number % 2 == 0 else None} for id in ids}}))
    probe.state = probe.answers[0][1]["newState"]
    return took


def changes(probe, number):
    before = probe.state
    mark(probe, probe.ids[300:400], number)
    return probe.api(
        ("Email/changes", {"sinceState": before}),
        ("Email/get", {"#ids": reference(0, "Email/changes", "/updated"), "properties": LIST}))


def upload(probe, number):
    octets = (
        f"From: bench@example.org\r\nSubject: upload {number}\r\nMessage-ID: <{os.getpid()}.{number}@bench.example>\r\n\r\n"
        + "A line of an uploaded message.\r\n" * 80).encode()
    took, answer = probe.exchange("POST", f"/jmap/upload/{probe.account}/", octets)
    probe.uploads = getattr(probe, "uploads", []) + [json.loads(answer)["blobId"]]
    return took


def take_in(probe, number):
    return probe.api(("Email/import", {
        "emails": {"k": {"blobId": probe.uploads[number], "mailboxIds": {probe.box: True}}}}))


def download(probe, number):
    path = f"/jmap/download/{probe.account}/{probe.blobs[number]}/message.eml?type=message%2Frfc822"
    return probe.exchange("GET", path)[0]


ROWS = {
    "session": lambda probe, _: probe.exchange("GET", "/jmap/session")[0],
    "Core/echo": lambda probe, _: probe.api(("Core/echo", {"hello": True})),
    "Mailbox/get of 60": lambda probe, _: probe.api(("Mailbox/get", {"ids": None})),
    "newest 50 with list properties": newest,
    "collapsed chain of 30 threads": chain,
    "deep page": lambda probe, _: probe.api(query(probe, position=probe.count * 9 // 10, limit=50)),
    "text search": text,
    "from and keyword": sender,
    "one email with bodies": one,
    "500 metadata": metadata,
    "set one keyword": lambda probe, number: mark(probe, [probe.ids[number // 2]], number),
    "set 100": lambda probe, number: mark(probe, probe.ids[300:400], number),
    "changes, none": lambda probe, _: probe.api(("Email/changes", {"sinceState": probe.state})),
    "changes of 100 and get": changes,
    "queryChanges, none": lambda probe, _: probe.api(("Email/queryChanges", {
        "filter": {"inMailbox": probe.box}, "sort": NEWEST_FIRST, "sinceQueryState": probe.state})),
    "download": download,
    "upload": upload,
    "import": take_in,
}
