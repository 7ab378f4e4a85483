"""Twisted's POP3 server over its Maildir, for the user alice.

usage: twisted_pop3.py MAILDIR

Tells the socket NOTIFY_SOCKET that it is ready, and at which port. SIGUSR1: tells it DONE when no session is open. SIGUSR2:
first closes the sessions, as the end of a process would.
"""

import hashlib
import os
import signal
import socket
import sys

from twisted.cred import checkers, portal
from twisted.internet import protocol, reactor
from twisted.mail import maildir, pop3
from zope.interface import implementer


class Maildir(maildir.MaildirMailbox):
    """In Python 3 its own answers to UIDL and RETR take text for octets, and never end."""

    def getMessage(self, index):
        return open(self.list[index], "rb")

    def getUidl(self, index):
        return hashlib.md5(os.path.basename(self.list[index]).encode()).hexdigest().encode()


@implementer(portal.IRealm)
class Realm:
    def requestAvatar(self, avatar, mind, *interfaces):
        return pop3.IMailbox, Maildir(sys.argv[1]), lambda: None


class Session(pop3.POP3):
    def connectionMade(self):
        sessions.add(self)
        super().connectionMade()

    def connectionLost(self, reason):
        super().connectionLost(reason)
        sessions.discard(self)
        answer()


class Factory(protocol.ServerFactory):
    def buildProtocol(self, address):
        session = Session()
        session.factory = self
        session.portal = entrance
        return session


def tell(text):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
        sender.sendto(text.encode(), os.environ["NOTIFY_SOCKET"])


def answer():
    global waiting
    while waiting and not sessions:
        waiting -= 1
        tell("DONE=")


def asked(kills):
    global waiting
    waiting += 1
    if kills:
        for session in list(sessions):
            session.transport.abortConnection()
    answer()


sessions = set()
waiting = 0
checker = checkers.InMemoryUsernamePasswordDatabaseDontUse()
checker.addUser(b"alice", b"alice-secret")
entrance = portal.Portal(Realm(), [checker])
port = reactor.listenTCP(0, Factory(), interface="127.0.0.1")
signal.signal(signal.SIGUSR1, lambda number, frame: reactor.callFromThread(asked, False))
signal.signal(signal.SIGUSR2, lambda number, frame: reactor.callFromThread(asked, True))
reactor.callWhenRunning(lambda: tell(f"READY=1\nPORT={port.getHost().port}\n"))
reactor.run()
