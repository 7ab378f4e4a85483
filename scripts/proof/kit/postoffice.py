"""A small POP3 server that does what it is told to, deletes when QUIT says so, and remembers everything."""

import socket
import threading


class PostOffice:
    """Messages as (unique-id, octets), the oldest first. `deleted` holds the octets of what sessions did away with."""

    def __init__(self, user, password):
        self.user, self.password = user, password
        self.messages = []
        self.deleted = []
        self.commands = []
        self.lock = threading.Lock()
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self):
        self.socket.close()

    def _accept(self):
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        with self.lock:
            listed = list(self.messages)
        marked = set()
        try:
            connection.sendall(b"+OK ready\r\n")
            with connection, connection.makefile("rb") as lines:
                for line in lines:
                    words = line.decode(errors="replace").split()
                    if not words:
                        continue
                    with self.lock:
                        self.commands.append(" ".join(words))
                    connection.sendall(self._answer(words, listed, marked))
                    if words[0].upper() == "QUIT":
                        return
        except OSError:
            pass

    def _answer(self, words, listed, marked):
        verb, number = words[0].upper(), int(words[1]) if len(words) > 1 and words[1].isdigit() else None
        if number is not None and (not 0 < number <= len(listed) or number in marked):
            return b"-ERR no such message\r\n"
        there = [(n, *message) for n, message in enumerate(listed, 1) if n not in marked]
        if verb == "CAPA":
            return b"+OK\r\nTOP\r\nUIDL\r\nUSER\r\nPIPELINING\r\n.\r\n"
        if verb in ("USER", "PASS", "NOOP"):
            return b"+OK\r\n"
        if verb == "STAT":
            return b"+OK %d %d\r\n" % (len(there), sum(len(octets) for _, _, octets in there))
        if verb in ("UIDL", "LIST"):
            shown = [(n, uid.encode() if verb == "UIDL" else b"%d" % len(octets)) for n, uid, octets in there]
            if number is not None:
                return b"+OK %d %s\r\n" % next(pair for pair in shown if pair[0] == number)
            return b"+OK\r\n" + b"".join(b"%d %s\r\n" % pair for pair in shown) + b".\r\n"
        if verb == "RETR":
            return self._lines(listed[number - 1][1])
        if verb == "TOP":
            return self._lines(listed[number - 1][1].split(b"\r\n\r\n")[0] + b"\r\n\r\n")
        if verb == "DELE":
            marked.add(number)
            return b"+OK\r\n"
        if verb == "QUIT":
            self._delete([listed[n - 1] for n in marked])
            return b"+OK\r\n"
        return b"-ERR unknown\r\n"

    @staticmethod
    def _lines(octets):
        return b"+OK\r\n" + octets.replace(b"\r\n.", b"\r\n..") + b".\r\n"

    def _delete(self, gone):
        with self.lock:
            for message in gone:
                if message in self.messages:
                    self.messages.remove(message)
                self.deleted.append(message[1])
