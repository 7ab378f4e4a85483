"""The program under proof: its commands, and `restante serve` as a child process."""

import contextlib
import glob
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import time
import urllib.error
import urllib.request

from . import jmap
from .dovecot import PASSWORD, USER, free_port

CONFIGURATION = """\
dataDirectory: {data}
keyFile: {key}
http:
  listen: 127.0.0.1:{http}
pop3:
  listen: 127.0.0.1:{pop3}
"""


class CommandFailed(Exception):
    """A command ended with another status than 0."""


class Restante:
    """One data directory below `folder`, and the daemon on it. `environment` is added to every command's."""

    def __init__(self, binary, folder, environment=None, logger_output=None):
        self.binary = os.path.abspath(binary)
        self.folder = os.path.abspath(folder)
        self.data = os.path.join(self.folder, "data")
        self.key = os.path.join(self.folder, "restante.key")
        self.environment = dict(environment or {})
        self.http = free_port()
        self.pop3 = free_port()
        self.process = None
        self.output = logger_output or os.path.join(self.folder, "serve.log")
        os.makedirs(self.data, mode=0o700, exist_ok=True)
        self._configure()

    def at(self, folder):
        """The same key and users over a copy of the data directory that lies at `folder`/data."""
        other = Restante(self.binary, folder)
        shutil.copyfile(self.key, other.key)
        os.chmod(other.key, 0o600)
        return other

    def _configure(self):
        self.configuration = os.path.join(self.folder, "restante.yaml")
        with open(self.configuration, "w") as file:
            file.write(CONFIGURATION.format(data=self.data, key=self.key, http=self.http, pop3=self.pop3))

    def run(self, *arguments, check=True):
        """Runs one command to its end."""
        # Flags follow the sub-command they belong to.
        result = subprocess.run(
            [self.binary, *arguments, "--config", self.configuration], env={**os.environ, **self.environment},
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=600)
        if check and result.returncode:
            raise CommandFailed(f"{' '.join(arguments)}: exit {result.returncode}: {result.stderr[-2000:]}")
        return result

    def json(self, *arguments):
        return json.loads(self.run(*arguments, "--json").stdout)

    def check_store(self):
        """(whether the store is consistent, what `restante check store` said)."""
        result = self.run("check", "store", check=False)
        return result.returncode == 0, (result.stdout.strip() or result.stderr.strip())

    def call(self, user, method, arguments):
        """One JMAP call from the command line; works with and without the daemon."""
        return json.loads(self.run("call", method, json.dumps(arguments), "--user", user).stdout)

    def secret_file(self, name, secret):
        path = os.path.join(self.folder, name)
        with open(path, "w", opener=lambda p, f: os.open(p, f, 0o600)) as file:
            file.write(secret + "\n")
        return path

    def add_user(self, name):
        """An administrator: others may not have maildrops on loopback."""
        self.run(
            "user", "add", name, "--admin", "--password-file", self.secret_file("password", "a user's password"))

    def add_device(self, user, name):
        """The new device's secret."""
        return self.json("device", "add", name, "--user", user)["secret"]

    def add_maildrop(self, user, name, port, security="plain", pin=None, interval=None):
        extra = ["--pin", pin] if pin else []
        extra += ["--interval", interval] if interval else []
        self.run(
            "maildrop", "add", name, "--user", user, "--host", "127.0.0.1", "--port", str(port),
            "--security", security, "--username", USER, "--password-file",
            self.secret_file("upstream-password", PASSWORD), *extra)

    def poll(self, name, user):
        self.run("maildrop", "poll", name, "--user", user)

    def serve(self, wait=True):
        self._log = open(self.output, "ab")
        self.process = subprocess.Popen(
            [self.binary, "serve", "--config", self.configuration], env={**os.environ, **self.environment},
            stdin=subprocess.DEVNULL, stdout=self._log, stderr=self._log)
        if wait:
            self.wait_ready()
        return self.process

    def wait_ready(self, seconds=60):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.http}/readyz", timeout=5) as answer:
                    if answer.status == 200:
                        return
            except (OSError, urllib.error.URLError):
                pass
            if self.process.poll() is not None:
                break
            time.sleep(0.01)
        raise CommandFailed(f"serve is not ready: {self.log_tail()}")

    def log_tail(self, octets=3000):
        with open(self.output, "rb") as log:
            log.seek(0, os.SEEK_END)
            log.seek(max(0, log.tell() - octets))
            return log.read().decode(errors="replace")

    def device(self, user, secret):
        return jmap.Device(self.http, user, secret)

    def kill(self):
        """SIGKILL, as a crash or the kernel would."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(30)
        self._end()

    @contextlib.contextmanager
    def held(self):
        """Held still by SIGSTOP as long as the context lasts, unless `kill` ends it there."""
        process = self.process
        process.send_signal(signal.SIGSTOP)
        # The signal takes effect when each thread next comes by; this waits until the last one has.
        os.waitpid(process.pid, os.WUNTRACED)
        try:
            yield
        finally:
            if self.process is process:
                process.send_signal(signal.SIGCONT)

    def emails_on_disk(self):
        """How many emails the data directory's accounts hold as committed, read without the daemon."""
        total = 0
        for path in glob.glob(os.path.join(self.data, "**", "mail.db"), recursive=True):
            with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as base:
                total += base.execute("SELECT count(*) FROM email").fetchone()[0]
        return total

    def stop(self):
        """SIGTERM; the exit status."""
        if self.process is None:
            return 0
        self.process.send_signal(signal.SIGTERM)
        try:
            status = self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.kill()
            raise CommandFailed("serve did not end within 30 s of SIGTERM") from None
        self._end()
        return status

    def _end(self):
        self._log.close()
        self.process = None

    def rss(self):
        """Memory in use now, in octets."""
        return self._memory("VmRSS:")

    def rss_peak(self):
        """The most memory ever in use, in octets."""
        return self._memory("VmHWM:")

    def _memory(self, name):
        with open(f"/proc/{self.process.pid}/status") as status:
            for line in status:
                if line.startswith(name):
                    return int(line.split()[1]) * 1024
        return 0

    def cpu(self):
        """Seconds of processor time the daemon has used, user and system."""
        with open(f"/proc/{self.process.pid}/stat") as stat:
            fields = stat.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def cpu_exact(self):
        """As `cpu`, to the nanosecond, of the threads that live."""
        total = 0
        for task in os.listdir(f"/proc/{self.process.pid}/task"):
            try:
                with open(f"/proc/{self.process.pid}/task/{task}/schedstat") as stat:
                    total += int(stat.read().split()[0])
            except OSError:
                pass
        return total / 1e9
