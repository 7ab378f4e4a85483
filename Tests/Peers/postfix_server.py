"""Runs Debian's Postfix as a submission server, in a copy of the root folder that scripts/servers unpacks, until its
standard input ends or it is stopped.

usage: postfix_server.py FOLDER CERTIFICATE KEY implicit|starttls TREE COPY        as root

Takes mail from "ada@example.org" with the password "sesame", under TLS only, for bob@example.net and cy@example.net. What
Postfix delivers comes to an LMTP server in here: each message is a file in FOLDER, its number the name, and beside it
NUMBER.json with sender and recipients. NOTIFY_SOCKET is told READY=1 with PORT=n, then DONE=n for each message.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import threading

from aiosmtpd.controller import Controller
from aiosmtpd.lmtp import LMTP

sys.dont_write_bytecode = True
from taking import Store, free_port, notify  # noqa: E402

POSTFIX, POSTDROP = 110, 111
SPOOL = "/var/spool/postfix"
USERS = f"root:x:0:0::/root:/bin/sh\npostfix:x:{POSTFIX}:{POSTFIX}::{SPOOL}:/bin/false\nnobody:x:65534:65534::/:/bin/false\n"
GROUPS = f"root:x:0:\npostfix:x:{POSTFIX}:\npostdrop:x:{POSTDROP}:\nnogroup:x:65534:\n"
# Nothing is rewritten: what arrives is what was sent, below one Received field.
MAIN = """\
compatibility_level = 3.6
queue_directory = {spool}
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
data_directory = /var/lib/postfix
mail_owner = postfix
setgid_group = postdrop
myhostname = localhost
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
maillog_file = /run/postfix.log
maillog_file_prefixes = /run
alias_maps =
local_header_rewrite_clients =
virtual_transport = lmtp:inet:[127.0.0.1]:{lmtp}
virtual_mailbox_domains = example.net
virtual_mailbox_maps = inline:{{ {{ bob@example.net = bob }}, {{ cy@example.net = cy }} }}
message_size_limit = 50000000
smtpd_tls_chain_files = /etc/tls/key.pem, /etc/tls/chain.pem
smtpd_tls_auth_only = yes
smtpd_sasl_auth_enable = yes
smtpd_recipient_restrictions = permit_sasl_authenticated, reject
"""
MASTER = """\
127.0.0.1:{port} inet n - n - - smtpd -o {tls}
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
error unix - - n - - error
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
proxymap unix - - n - - proxymap
postlog unix-dgram n - n - 1 postlogd
"""
SASL = "pwcheck_method: auxprop\nauxprop_plugin: sasldb\nmech_list: PLAIN LOGIN\nsasldb_path: /etc/sasldb2\n"
TLS = {"implicit": "smtpd_tls_wrappermode=yes", "starttls": "smtpd_tls_security_level=encrypt"}


class Delivery(Controller):
    def factory(self):
        return LMTP(self.handler, enable_SMTPUTF8=True, decode_data=False, data_size_limit=None)


class Root:
    """The copy of the root folder; it is removed at the end."""

    def __init__(self, tree, copy):
        self.path = copy
        subprocess.run(["cp", "-al", tree + "/.", copy], check=True)

    def folder(self, path, user=0, group=0, mode=0o755):
        os.makedirs(self.path + path, exist_ok=True)
        os.chown(self.path + path, user, group)
        os.chmod(self.path + path, mode)

    def write(self, path, text, mode=0o644):
        self.folder(os.path.dirname(path))
        # What is there is a link to the original: it is replaced, never written to.
        if os.path.lexists(self.path + path):
            os.remove(self.path + path)
        with open(self.path + path, "w") as file:
            file.write(text)
        os.chmod(self.path + path, mode)

    def enter(self):
        signal.pthread_sigmask(signal.SIG_SETMASK, set())
        os.chroot(self.path)
        os.chdir("/")

    def run(self, words, text):
        subprocess.run(words, input=text.encode(), check=True, preexec_fn=self.enter)

    def start(self, words):
        return subprocess.Popen(words, preexec_fn=self.enter, stdin=subprocess.DEVNULL, start_new_session=True)


def furnish(root, certificate, key, mode, port, lmtp):
    for path, text in {
        "/etc/passwd": USERS, "/etc/group": GROUPS, "/etc/hosts": "127.0.0.1 localhost\n",
        "/etc/postfix/main.cf": MAIN.format(spool=SPOOL, lmtp=lmtp),
        "/etc/postfix/master.cf": MASTER.format(port=port, tls=TLS[mode]), "/etc/postfix/sasl/smtpd.conf": SASL,
        "/etc/tls/chain.pem": open(certificate).read(),
    }.items():
        root.write(path, text)
    root.write("/etc/tls/key.pem", open(key).read(), 0o600)
    for name in "active bounce corrupt defer deferred flush hold incoming private saved trace".split():
        root.folder(f"{SPOOL}/{name}", POSTFIX, 0, 0o700)
    root.folder(f"{SPOOL}/maildrop", POSTFIX, POSTDROP, 0o1730)
    root.folder(f"{SPOOL}/public", POSTFIX, POSTDROP, 0o2710)
    root.folder(f"{SPOOL}/pid")
    root.folder("/var/lib/postfix", POSTFIX, 0, 0o700)
    root.run(["/usr/sbin/saslpasswd2", "-p", "-c", "-f", "/etc/sasldb2", "-u", "example.org", "ada"], "sesame")
    os.chown(root.path + "/etc/sasldb2", POSTFIX, 0)


def end_with_input():
    sys.stdin.buffer.read()
    os.kill(os.getpid(), signal.SIGTERM)


def main(folder, certificate, key, mode, tree, copy):
    ends = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, ends)
    delivery = Delivery(Store(folder), hostname="127.0.0.1", port=free_port(), server_hostname="lmtp.example")
    delivery.start()
    threading.Thread(target=end_with_input, daemon=True).start()
    root, port, master = Root(tree, copy), free_port(), None
    try:
        furnish(root, certificate, key, mode, port, delivery.port)
        master = root.start(["/usr/lib/postfix/sbin/master", "-c", "/etc/postfix", "-d"])
        wait_for(port, master)
        notify(f"READY=1\nPORT={port}")
        signal.sigwait(ends)
    finally:
        # With all that it started: they are a session of their own.
        if master is not None and master.poll() is None:
            os.killpg(master.pid, signal.SIGKILL)
            master.wait()
        shutil.rmtree(root.path, ignore_errors=True)
        delivery.stop()


def wait_for(port, master):
    """Until the port is open. Its owner binds it before anything else."""
    while master.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
    raise RuntimeError(f"Postfix ended with {master.returncode}")


main(*sys.argv[1:])
