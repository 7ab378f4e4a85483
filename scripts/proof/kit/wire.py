"""A wire of ours between the daemon and the server: it limits the rate and writes down what passes."""

import re
import socket
import threading
import time

END = b"\r\n.\r\n"


class Wire:
    """Forwards 127.0.0.1:`port` to `target`; plain POP3 only, because it reads along.

    `rate` limits what the server sends, in octets a second over all connections (None: as fast as it goes);
    it may be changed at any time.
    """

    def __init__(self, target, rate=None):
        self.target = target
        self.rate = rate
        self.sessions = []
        self.first_retr = threading.Event()
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = self._server.getsockname()[1]
        self._lock = threading.Lock()
        self._free_at = time.monotonic()
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self):
        self._server.close()

    def commands(self, verb):
        """How many commands with this verb clients sent, in all sessions."""
        return sum(session.verbs.get(verb, 0) for session in self.sessions)

    def _accept(self):
        while True:
            try:
                client, _ = self._server.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(("127.0.0.1", self.target))
            except OSError:
                client.close()
                continue
            for end in (client, server):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            session = Session()
            self.sessions.append(session)
            threading.Thread(target=self._upwards, args=(client, server, session), daemon=True).start()
            threading.Thread(target=self._downwards, args=(server, client, session), daemon=True).start()

    def _upwards(self, client, server, session):
        try:
            while data := client.recv(65536):
                session.sent(data)
                if session.verbs.get("RETR"):
                    self.first_retr.set()
                server.sendall(data)
        except OSError:
            pass
        session.ended = True
        _shut(server)

    def _downwards(self, server, client, session):
        try:
            while data := server.recv(16384):
                self._pace(len(data))
                client.sendall(data)
                session.received(data)
        except OSError:
            pass
        session.ended = True
        _shut(client)

    def _pace(self, count):
        if self.rate is None:
            return
        with self._lock:
            now = time.monotonic()
            self._free_at = max(self._free_at, now) + count / self.rate
            wait = self._free_at - now
        if wait > 0.002:
            time.sleep(wait)


class Session:
    """One connection: its commands by verb, and how many messages came through whole."""

    def __init__(self):
        self.verbs = {}
        self.ended = False
        self.messages = 0
        self.octets_up = 0
        self.octets_down = 0
        # The octets both ways until the server's answer to the sign-in, that answer included; None before.
        self.signed_in_at = None
        self._up_to_credentials = 0
        self._taken = 0
        self.log = []
        self._lines = b""
        self._pending = []
        self._buffer = b""
        self._lock = threading.Lock()
        self._greeted = False

    def sent(self, data):
        lines = (self._lines + data).split(b"\r\n")
        self._lines = lines.pop()
        with self._lock:
            for line in lines:
                self.octets_up += len(line) + 2
                words = line.decode("latin-1").split()
                verb = words[0].upper() if words else ""
                self.verbs[verb] = self.verbs.get(verb, 0) + 1
                self._pending.append((verb, len(words)))
                if self._is_credential(verb):
                    self._up_to_credentials = self.octets_up
                elif verb != "RETR":
                    self.log.append(line.decode("latin-1"))

    def _is_credential(self, verb):
        """PASS, AUTH, or the line that answers AUTH's challenge."""
        is_answer = self.signed_in_at is None and bool(self.verbs.get("AUTH")) and verb not in ("CAPA", "QUIT")
        return verb in ("PASS", "AUTH") or is_answer

    def after_sign_in(self):
        """Octets both ways after the answer to the sign-in."""
        if self.signed_in_at is None:
            return None
        return self.octets_up + self.octets_down - self.signed_in_at

    def received(self, data):
        self.octets_down += len(data)
        self._buffer += data
        with self._lock:
            while self._take():
                pass

    def _take(self):
        """Takes one whole answer off the buffer; False when more octets are needed."""
        end = self._buffer.find(b"\r\n")
        if end < 0:
            return False
        if not self._greeted:
            self._greeted = True
            self._drop(end + 2)
            return True
        if not self._pending:
            return False
        verb, words = self._pending[0]
        is_sign_in = self.signed_in_at is None and self._is_credential(verb) and self._buffer.startswith(b"+OK")
        many = verb in ("CAPA", "RETR", "TOP") or (verb in ("LIST", "UIDL") and words == 1)
        if many and self._buffer.startswith(b"+OK"):
            # An empty listing ends right after the first line.
            stop = self._buffer.find(END, end)
            if stop < 0:
                return False
            end = stop + 3
            if verb == "RETR":
                self.messages += 1
        self._drop(end + 2)
        self._pending.pop(0)
        if is_sign_in:
            self.signed_in_at = self._up_to_credentials + self._taken
        return True

    def _drop(self, count):
        self._taken += count
        self._buffer = self._buffer[count:]


def _shut(end):
    try:
        end.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
    end.close()


def masked(line):
    """A command as it may be printed."""
    return re.sub(r"^(PASS|AUTH \S+) .*", r"\1 …", line, flags=re.I)
