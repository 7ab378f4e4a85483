"""The provider's outgoing server: takes every message and keeps it (RFC 5321, as much as a submission needs)."""

import socketserver
import threading

from .page import until


class Session(socketserver.StreamRequestHandler):
    def handle(self):
        self._say("220 post office")
        sender, recipients = None, []
        while line := self.rfile.readline():
            verb = line[:4].upper()
            if verb == b"QUIT":
                self._say("221 bye")
                return
            if verb == b"EHLO":
                self._say("250-post office\r\n250-8BITMIME\r\n250-AUTH PLAIN\r\n250 SMTPUTF8")
            elif verb == b"AUTH":
                self._say("235 2.7.0 welcome")
            elif verb == b"DATA":
                self._say("354 go on")
                self.server.took(sender, recipients, self._message())
                sender, recipients = None, []
                self._say("250 2.0.0 taken")
            else:
                if verb == b"MAIL":
                    sender = line
                elif verb == b"RCPT":
                    recipients.append(line.split(b"<")[1].split(b">")[0].decode())
                self._say("250 2.1.0 fine")

    def _say(self, text):
        self.wfile.write(text.encode() + b"\r\n")

    def _message(self):
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b".") else line)
        return b"".join(lines)


class PostOffice(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Session)
        self._lock, self.messages = threading.Lock(), []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def port(self):
        return self.server_address[1]

    def took(self, sender, recipients, octets):
        with self._lock:
            self.messages.append((recipients, octets))

    def wait(self, count):
        """The messages, once there are so many."""
        until(lambda: len(self.messages) >= count, f"{count} messages sent; there are {len(self.messages)}")
        return self.messages

    def close(self):
        self.shutdown()
        self.server_close()
