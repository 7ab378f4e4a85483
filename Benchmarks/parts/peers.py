"""The retrievers that people use now, each set up its usual way, fetching a whole maildrop over TLS into a Maildir.

mpop is at its best so: it pipelines where the server announces it (`pipelining auto`, its default, and this server does),
writes every message itself, without another program, and syncs each as it does by default, as every program must that
may be asked to delete the original. fetchmail and getmail have no pipelining to turn on.
"""

import os
import subprocess

from kit import dovecot

from .stage import timed

MPOP = """\
account default
host localhost
port {port}
user {user}
password {password}
auth user
tls on
tls_starttls off
tls_trust_file {certificate}
keep on
uidls_file {folder}/state
delivery maildir {folder}/Maildir
"""

FETCHMAIL = """\
set invisible
poll localhost protocol POP3 port {port} uidl
    user "{user}" password "{password}" ssl sslcertfile "{certificate}" keep no rewrite
    mda "/usr/bin/procmail -m {folder}/procmailrc"
"""

PROCMAIL = """\
:0
{folder}/Maildir/
"""

GETMAIL = """\
[retriever]
type = SimplePOP3SSLRetriever
server = localhost
port = {port}
username = {user}
password = {password}
ca_certs = {certificate}
[destination]
type = Maildir
path = {folder}/Maildir/
[options]
read_all = false
delete = false
verbose = 0
"""


def mpop(folder, write):
    return ["mpop", "--quiet", "-C", write("rc", MPOP)]


def fetchmail(folder, write):
    write("procmailrc", PROCMAIL)
    return [
        "fetchmail", "--silent", "--fetchmailrc", write("rc", FETCHMAIL), "--idfile", os.path.join(folder, "state"),
        "--pidfile", os.path.join(folder, "pid")]


def getmail(folder, write):
    command = ["getmail", "--quiet", "--getmaildir", folder, "--rcfile", write("rc", GETMAIL)]
    if os.geteuid() != 0:
        return command
    # It delivers nothing as root.
    subprocess.run(["chown", "-R", "nobody:nogroup", folder], check=True)
    return ["setpriv", "--reuid", "nobody", "--regid", "nogroup", "--clear-groups"] + command


def fetch(peer, stage, server, messages, name):
    """Fetches everything into a folder of its own; a rate in messages a second and the CPU seconds of all it started."""
    folder = os.path.join(stage.scratch, name)
    for box in ("cur", "new", "tmp"):
        os.makedirs(os.path.join(folder, "Maildir", box))

    def write(file, text):
        path = os.path.join(folder, file)
        with open(path, "w", opener=lambda p, flags: os.open(p, flags, 0o600)) as out:
            out.write(text.format(
                port=server.tls_port, user=dovecot.USER, password=dovecot.PASSWORD, certificate=server.certificate,
                folder=folder))
        return path

    _, seconds, cpu = timed(peer(folder, write))
    came = len(os.listdir(os.path.join(folder, "Maildir", "new")))
    if came != messages:
        raise RuntimeError(f"{peer.__name__} delivered {came} of {messages} messages")
    return {"rate": came / seconds, "cpu": cpu}
