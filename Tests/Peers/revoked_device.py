"""A device that is revoked while it listens: its event source and its POP3 session end, and it signs in no more.

usage: revoked_device.py HTTP_PORT POP3_PORT USER SECRET COMMAND...
COMMAND revokes the device. Prints how long each connection took to end after it; fails when one does not.
"""
import base64
import http.client
import poplib
import socket
import subprocess
import sys
import threading
import time

TIMEOUT = 30


def main(http_port, pop3_port, user, secret, *command):
    login = {"Authorization": "Basic " + base64.b64encode(f"{user}:{secret}".encode()).decode()}
    events = http.client.HTTPConnection("127.0.0.1", int(http_port), timeout=TIMEOUT)
    events.request("GET", "/jmap/eventsource?types=*&closeafter=no&ping=0", headers=login)
    stream = events.getresponse()
    assert stream.status == 200, stream.status

    mailbox = poplib.POP3("127.0.0.1", int(pop3_port), timeout=TIMEOUT)
    mailbox.user(user)
    mailbox.pass_(secret)
    print("both open:", mailbox.stat())

    ended = {}

    def watch(name, read):
        try:
            while read():
                pass
        except socket.timeout:
            return
        except OSError:
            pass
        ended[name] = time.monotonic()

    watchers = [
        threading.Thread(target=watch, args=("event source", lambda: stream.read(1))),
        threading.Thread(target=watch, args=("POP3 session", lambda: mailbox.file.readline())),
    ]
    for watcher in watchers:
        watcher.start()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    revoked = time.monotonic()
    for watcher in watchers:
        watcher.join()
    assert set(ended) == {"event source", "POP3 session"}, f"still open: only {sorted(ended)} ended"
    for name, at in ended.items():
        print(f"{name} ended {max(0, at - revoked) * 1000:.0f} ms after the revocation")

    again = http.client.HTTPConnection("127.0.0.1", int(http_port), timeout=TIMEOUT)
    again.request("GET", "/jmap/session", headers=login)
    assert again.getresponse().status == 401
    refused = poplib.POP3("127.0.0.1", int(pop3_port), timeout=TIMEOUT)
    refused.user(user)
    try:
        refused.pass_(secret)
    except poplib.error_proto:
        print("the next request is 401, the next POP3 sign-in is refused")
        return
    raise AssertionError("the secret still opens POP3")


main(*sys.argv[1:])
