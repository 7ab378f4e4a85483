"""Runs a POP3 server in a copy of a root folder, one process for each connection; the test that started it gives orders.

usage: pop3_listener.py DESCRIPTION     a JSON file:

    notify       a datagram socket: told READY=1 with PORT=n, then DONE=result for each order
    root, copy   the root folder, and where its copy is made (of hard links); the copy is removed at the end
    folders      path in the copy: [user, group, mode]
    files        path in the copy: [user, group, mode, text]
    before       orders that are carried out before the server starts
    beside       {words, environment, until}: a program that runs next to the server, ready when the file `until` appears
    server       {words, environment, user: [user, group], shape}

With the shape `inetd` the server gets each connection as its standard input and output; with `cyrus` it gets the listening
socket as descriptor 4 and a socket for its reports as 3, as Cyrus's master would give them.

Orders are JSON, one a line, on standard input, whose end ends everything:

    {"do": "write", "path", "octets" (base64), "owner": [user, group], "append": bool}
    {"do": "run", "words", "user": [user, group], "input"}         a program in the copy; the result is what it printed
    {"do": "idle"}                                                 done when no session is open
    {"do": "kill"}                                                 ends the sessions as the kernel does, then as `idle`
"""

import base64
import ctypes
import json
import os
import select
import shutil
import signal
import socket
import struct
import subprocess
import sys


class Jail:
    """The copy of a root folder."""

    def __init__(self, description):
        self.path = description["copy"]
        subprocess.run(["cp", "-al", description["root"] + "/.", self.path], check=True)
        for path, (user, group, mode) in description["folders"].items():
            os.makedirs(self.path + path, exist_ok=True)
            self.hand_over(path, user, group, mode)
        for path, (user, group, mode, text) in description["files"].items():
            # What is there is a link to the original: it is replaced, never written to.
            if os.path.lexists(self.path + path):
                os.remove(self.path + path)
            self.write(path, text.encode(), False)
            self.hand_over(path, user, group, mode)

    def hand_over(self, path, user, group, mode):
        os.chown(self.path + path, user, group)
        os.chmod(self.path + path, mode)

    def write(self, path, octets, appends):
        with open(self.path + path, "ab" if appends else "wb") as file:
            file.write(octets)

    def enter(self, user, group):
        os.chroot(self.path)
        os.chdir("/")
        os.setgroups([])
        os.setgid(group)
        os.setuid(user)

    def run(self, words, user, text):
        done = subprocess.run(
            words, input=text.encode(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env={"PATH": "/usr/bin:/bin"},
            preexec_fn=lambda: self.enter(*user))
        if done.returncode != 0:
            raise RuntimeError(f"{words}: {done.returncode}: {done.stdout.decode(errors='replace')}")
        return done.stdout.decode(errors="replace").strip()

    def start(self, words, environment, user, descriptors):
        """The number of a new process that has these descriptors and no others."""
        child = os.fork()
        if child:
            return child
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            signal.signal(signal.SIGPIPE, signal.SIG_DFL)
            # By way of numbers that none of them has, so that none is overwritten before it is used.
            high = {number: os.dup2(descriptor, 100 + number) for number, descriptor in descriptors.items()}
            for number, descriptor in high.items():
                os.dup2(descriptor, number)
            os.closerange(max(descriptors) + 1, 1024)
            self.enter(*user)
            os.execve(words[0], words, environment)
        except BaseException as error:
            os.write(2, f"{words[0]}: {error}\n".encode())
        finally:
            os._exit(127)


def wait_for_file(path, start):
    """Starts something and returns when `path` has appeared."""
    libc = ctypes.CDLL(None, use_errno=True)
    watch = libc.inotify_init1(os.O_CLOEXEC)
    created, moved_to = 0x100, 0x80
    if libc.inotify_add_watch(watch, os.path.dirname(path).encode(), created | moved_to) < 0:
        raise OSError(ctypes.get_errno(), "inotify_add_watch")
    start()
    while not os.path.exists(path):
        os.read(watch, 4096)
    os.close(watch)


class Listener:
    def __init__(self, description):
        self.notify = description["notify"]
        self.jail = Jail(description)
        self.server = description["server"]
        self.sessions = set()
        self.lasting = set()
        self.waiting = 0
        self.pending = b""
        self.silence = os.open(os.devnull, os.O_RDWR)
        for order in description["before"]:
            self.carry_out(order)
        if "beside" in description:
            self.start_beside(**description["beside"])

    def start_beside(self, words, environment, until):
        standard = {0: self.silence, 1: self.silence, 2: 2}
        wait_for_file(
            self.jail.path + until,
            lambda: self.lasting.add(self.jail.start(words, environment, [0, 0], standard)))

    def tell(self, text):
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
            sender.sendto(text.encode(), self.notify)

    @property
    def is_cyrus(self):
        return self.server["shape"] == "cyrus"

    def run(self):
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=50)
        woken, waker = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.signal(signal.SIGCHLD, lambda number, frame: None)
        signal.set_wakeup_fd(waker)
        if self.is_cyrus:
            self.reports, self.child_reports = socket.socketpair()
            # Two, so that one session does not keep another waiting.
            self.processes = {self.serve_cyrus(), self.serve_cyrus()}
        self.tell(f"READY=1\nPORT={self.listener.getsockname()[1]}\n")
        sources = [0, woken, self.reports if self.is_cyrus else self.listener]
        while True:
            ready = select.select(sources, [], [])[0]
            # First who has come, then who has gone: an order to wait that came after them counts them.
            if self.is_cyrus and self.reports in ready:
                self.hear(self.reports.recv(8 * 64))
            if not self.is_cyrus and self.listener in ready:
                self.accept()
                continue
            if woken in ready:
                os.read(woken, 4096)
                self.reap()
            if 0 in ready and not self.obey(os.read(0, 1 << 20)):
                return
            if self.waiting and not self.sessions:
                for _ in range(self.waiting):
                    self.tell("DONE=")
                self.waiting = 0

    def accept(self):
        connection, _ = self.listener.accept()
        with connection:
            descriptor = connection.fileno()
            child = self.jail.start(
                self.server["words"], self.server["environment"], self.server["user"],
                {0: descriptor, 1: descriptor, 2: 2})
        self.sessions.add(child)

    def serve_cyrus(self):
        environment = dict(self.server["environment"], CYRUS_SERVICE="pop3", CYRUS_ID="1")
        descriptors = {
            0: self.silence, 1: self.silence, 2: 2, 3: self.child_reports.fileno(), 4: self.listener.fileno(),
        }
        child = self.jail.start(self.server["words"], environment, self.server["user"], descriptors)
        self.lasting.add(child)
        return child

    def hear(self, reports):
        """What a service of Cyrus tells its master: 1 that it is free, 2 that it is not."""
        for kind, process in struct.iter_unpack("=ii", reports[: len(reports) // 8 * 8]):
            # What a process said before it was killed may be read after its end was seen.
            if kind == 2 and process in self.lasting:
                self.sessions.add(process)
            elif kind == 1:
                self.sessions.discard(process)

    def reap(self):
        while True:
            try:
                child, _ = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if child == 0:
                return
            self.sessions.discard(child)
            self.lasting.discard(child)
            if self.is_cyrus and child in self.processes:
                self.processes.remove(child)
                self.processes.add(self.serve_cyrus())

    def obey(self, octets):
        *lines, self.pending = (self.pending + octets).split(b"\n")
        for line in lines:
            order = json.loads(line)
            if order["do"] in ("idle", "kill"):
                if order["do"] == "kill":
                    for session in self.sessions:
                        os.kill(session, signal.SIGKILL)
                self.waiting += 1
            else:
                self.tell("DONE=" + self.carry_out(order))
        return octets != b""

    def carry_out(self, order):
        if order["do"] == "run":
            return self.jail.run(order["words"], order["user"], order.get("input", ""))
        path = order["path"]
        self.jail.write(path, base64.b64decode(order["octets"]), order["append"])
        os.chown(self.jail.path + path, *order["owner"])
        return ""

    def end(self):
        for child in self.sessions | self.lasting:
            try:
                os.kill(child, signal.SIGKILL)
            except ProcessLookupError:
                pass


with open(sys.argv[1], encoding="utf-8") as file:
    description = json.load(file)
try:
    listener = Listener(description)
    try:
        listener.run()
    finally:
        listener.end()
finally:
    shutil.rmtree(description["copy"], ignore_errors=True)
