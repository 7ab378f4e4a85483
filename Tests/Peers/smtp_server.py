"""Runs aiosmtpd, a submission server that nobody here wrote, until its standard input ends or it is stopped.

usage: smtp_server.py FOLDER CERTIFICATE KEY implicit|starttls

Takes mail from "ada@example.org" with the password "sesame", under TLS only. Each message is a file in FOLDER, its number
the name, and beside it NUMBER.json with sender and recipients. NOTIFY_SOCKET is told READY=1 with PORT=n, then DONE=n for
each message.
"""

import signal
import ssl
import sys

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

sys.dont_write_bytecode = True
from taking import Store, free_port, notify  # noqa: E402


class Picky(Store):
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("nobody@"):
            return "550 5.1.1 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 fine"


def authenticate(server, session, envelope, mechanism, data):
    right = LoginPassword(b"ada@example.org", b"sesame")
    return AuthResult(success=isinstance(data, LoginPassword) and data == right, handled=False)


class Server(Controller):
    def factory(self):
        starttls = None if self.ssl_context else context
        return SMTP(
            self.handler, hostname="aiosmtpd.example", authenticator=authenticate, auth_required=True,
            auth_require_tls=starttls is not None, require_starttls=starttls is not None, tls_context=starttls,
            enable_SMTPUTF8=True, decode_data=False, data_size_limit=50_000_000)


folder, certificate, key, mode = sys.argv[1:]
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(certificate, key)
port = free_port()
server = Server(
    Picky(folder), hostname="127.0.0.1", port=port, ssl_context=context if mode == "implicit" else None,
    server_hostname="aiosmtpd.example")
server.start()
notify(f"READY=1\nPORT={port}")
signal.sigwait({signal.SIGTERM, signal.SIGINT})
server.stop()
