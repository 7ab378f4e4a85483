"""A device: JMAP over HTTP/1.1 with a device secret, and its event source."""

import base64
import http.client
import json
import socket
import threading
import time

MAIL = ["urn:ietf:params:jmap:core", "urn:ietf:params:jmap:mail"]
MAILDROP = "https://restante.example/ns/jmap/maildrop"


class Refused(Exception):
    """A method-level error, or an HTTP status that is not 200."""


class Device:
    """One connection to the daemon at 127.0.0.1:`port`. Not for use by two threads at once."""

    def __init__(self, port, user, secret, timeout=60):
        self.port = port
        token = base64.b64encode(f"{user}:{secret}".encode()).decode()
        self.headers = {"Authorization": "Basic " + token}
        self.timeout = timeout
        self._connection = None
        self._account = None

    @property
    def account(self):
        if self._account is None:
            session = json.loads(self.get("/jmap/session"))
            self._account = session["primaryAccounts"][MAIL[1]]
        return self._account

    def close(self):
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def get(self, path):
        return self._exchange("GET", path, None, {})

    def call(self, method, arguments=None, using=MAIL):
        """One method call in the device's account; its answer's arguments."""
        return self.calls([(method, arguments or {})], using)[0]

    def calls(self, calls, using=MAIL):
        """Several in one request. `#` references count calls from "0"."""
        body = {"using": using, "methodCalls": [
            [method, {"accountId": self.account, **arguments}, str(number)]
            for number, (method, arguments) in enumerate(calls)]}
        answer = json.loads(self.post_raw(json.dumps(body).encode()))
        results = []
        for name, arguments, _ in answer["methodResponses"]:
            if name == "error":
                raise Refused(json.dumps(arguments))
            results.append(arguments)
        return results

    def post_raw(self, body):
        return self._exchange("POST", "/jmap/api", body, {"Content-Type": "application/json"})

    def upload(self, octets, media_type="message/rfc822"):
        body = self._exchange("POST", f"/jmap/upload/{self.account}/", octets, {"Content-Type": media_type})
        return json.loads(body)["blobId"]

    def download(self, blob):
        path = f"/jmap/download/{self.account}/{blob}/message.eml?type=application/octet-stream"
        return self.get(path)

    def _exchange(self, verb, path, body, headers):
        fresh = self._connection is None
        try:
            return self._once(verb, path, body, headers)
        except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
            # A kept connection may have been closed for its idleness; only then is asking again safe.
            self.close()
            if fresh or verb != "GET":
                raise
            return self._once(verb, path, body, headers)

    def _once(self, verb, path, body, headers):
        if self._connection is None:
            self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=self.timeout)
            self._connection.connect()
            self._connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._connection.request(verb, path, body=body, headers={**self.headers, **headers})
        answer = self._connection.getresponse()
        data = answer.read()
        if answer.status not in (200, 201):
            raise Refused(f"{verb} {path}: {answer.status} {data[:300]!r}")
        return data


class EventSource:
    """Reads one event source on a thread; `on_state` gets (monotonic time, the StateChange)."""

    def __init__(self, device, on_state, types="*", ping=0):
        self._on_state = on_state
        self._socket = socket.create_connection(("127.0.0.1", device.port), 30)
        self.opened = threading.Event()
        request = (
            f"GET /jmap/eventsource?types={types}&closeafter=no&ping={ping} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            f"Authorization: {device.headers['Authorization']}\r\nAccept: text/event-stream\r\n\r\n")
        self._socket.sendall(request.encode())
        self._socket.settimeout(None)
        self.error = None
        threading.Thread(target=self._read, daemon=True).start()

    def close(self):
        try:
            self._socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self._socket.close()

    def _read(self):
        buffer = b""
        try:
            while data := self._socket.recv(65536):
                arrived = time.monotonic()
                if not self.opened.is_set():
                    if b" 200 " not in data.split(b"\r\n", 1)[0]:
                        self.error = data[:200]
                    self.opened.set()
                buffer += data
                for line in self._lines(buffer):
                    if line.startswith(b"data:") and b"StateChange" in line:
                        self._on_state(arrived, json.loads(line[5:]))
                buffer = buffer[buffer.rfind(b"\n") + 1:]
        except (OSError, ValueError):
            pass
        self.opened.set()

    @staticmethod
    def _lines(buffer):
        # Chunk sizes stand on lines of their own between the events': nothing to mistake them for.
        return buffer[:buffer.rfind(b"\n") + 1].splitlines()


def all_email_ids(device, page=1000):
    """Every email of the account, newest first."""
    ids, position = [], 0
    while True:
        answer = device.call("Email/query", {
            "sort": [{"property": "receivedAt", "isAscending": False}], "position": position, "limit": page})
        ids += answer["ids"]
        if len(answer["ids"]) < 1 or len(answer["ids"]) < min(page, answer.get("limit", page)):
            return ids
        position += len(answer["ids"])


def emails(device, ids, properties, page=500, may_vanish=False):
    """The properties of many emails, in pages. With `may_vanish` some may have been destroyed since their ids were told."""
    result = []
    for start in range(0, len(ids), page):
        answer = device.call("Email/get", {"ids": ids[start:start + page], "properties": properties})
        if answer["notFound"] and not may_vanish:
            raise Refused(f"listed but not found: {answer['notFound'][:5]}")
        result += answer["list"]
    return result


def total(device):
    """How many emails the account has."""
    return device.call("Email/query", {"limit": 0, "calculateTotal": True})["total"]
