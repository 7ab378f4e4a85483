"""What the parts run on: corpora, servers and daemons in one scratch folder."""

import os
import resource
import subprocess
import time

from kit import corpus, dovecot, jmap
from kit.daemon import Restante

USER = "ada"


class Stage:
    def __init__(self, options, scratch):
        self.options, self.scratch = options, scratch
        self.servers, self.daemons = {}, []

    def mail(self, name, count, median, sigma=1.4):
        """The Maildir of that name, written when it is first asked for."""
        folder = os.path.join(self.scratch, "mail-" + name, "Maildir")
        if not os.path.isdir(folder):
            os.makedirs(os.path.dirname(folder), exist_ok=True)
            corpus.write(self.options.sample_mail, folder, count, median, sigma, seed=self.options.seed)
        return folder

    def server(self, name, count, median, sigma=1.4, twins=0):
        """A Dovecot over that Maildir; it has indexed it already."""
        if name not in self.servers:
            server = dovecot.Dovecot(
                os.path.join(self.scratch, "dovecot-" + name), self.mail(name, count, median, sigma), twins).start()
            self.servers[name] = server
            bare_socket(server)
        return self.servers[name]

    def daemon(self, name):
        restante = Restante(self.options.restante, os.path.join(self.scratch, "restante-" + name))
        self.daemons.append(restante)
        return restante

    def close(self):
        for daemon in self.daemons:
            if daemon.process is not None:
                daemon.kill()
        for server in self.servers.values():
            server.stop()


def bare_socket(server):
    """(messages, octets, seconds, CPU seconds) of the bare client."""
    script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "baresocket.py")
    output, _, cpu = timed(
        ["python3", script, str(server.tls_port), dovecot.USER, dovecot.PASSWORD, server.certificate])
    messages, octets, seconds = output.split()
    return int(messages), int(octets), float(seconds), cpu


def timed(command):
    """(standard output, seconds, CPU seconds) of a program that must succeed."""
    began = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{command[0]} ended with {process.returncode}")
    return output.decode(), time.monotonic() - began, cpu_seconds(usage)


def cpu_seconds(usage: resource.struct_rusage):
    return usage.ru_utime + usage.ru_stime


def add_maildrop(device, name, port, security, pin=None):
    """Adds a maildrop through the API; polling begins at once."""
    fields = {
        "name": name, "host": "127.0.0.1", "port": port, "security": security, "username": dovecot.USER,
        "password": dovecot.PASSWORD}
    if pin:
        fields["certificatePin"] = pin
    answer = device.call("Maildrop/set", {"create": {"new": fields}}, using=jmap.MAIL + [jmap.MAILDROP])
    if answer.get("notCreated"):
        raise jmap.Refused(f"Maildrop/set: {answer['notCreated']}")
    return answer["created"]["new"]["id"]


def inbox(device):
    boxes = device.call("Mailbox/get", {"ids": None, "properties": ["role", "totalEmails"]})["list"]
    return next(box for box in boxes if box["role"] == "inbox")


def wait_stored(device, count, seconds=1200, patience=0.02):
    """Until `count` emails are in the Inbox and the last of them in Email/query."""
    box = inbox(device)["id"]
    end = time.monotonic() + seconds
    while True:
        answer = device.call("Mailbox/get", {"ids": [box], "properties": ["totalEmails"]})
        if answer["list"][0]["totalEmails"] >= count:
            last = device.call("Email/query", {"filter": {"inMailbox": box}, "position": count - 1, "limit": 1})
            if len(last["ids"]) == 1:
                return box
        if time.monotonic() > end:
            raise RuntimeError(f"{answer['list'][0]['totalEmails']} of {count} messages after {seconds} s")
        time.sleep(patience)
