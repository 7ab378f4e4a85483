"""Invented mail in a Maildir, and what its messages are known by."""

import hashlib
import os
import subprocess
import time


def write(tool, folder, count, median, sigma=1.4, seed=1, first=0):
    """Writes messages `first` to `first` + `count` - 1 of the project's corpus as a Maildir at `folder`."""
    subprocess.run(
        [tool, folder, str(count), str(median), str(sigma), str(seed), str(first)], check=True)


def files(folder):
    """The Maildir's messages, oldest first (their names sort so)."""
    current = os.path.join(folder, "cur")
    return [os.path.join(current, name) for name in sorted(os.listdir(current))]


def crlf(octets):
    """The octets as POP3 sends them: every line ended by CRLF."""
    lined = octets.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    return lined if lined.endswith(b"\r\n") else lined + b"\r\n"


def hashes(folder):
    """SHA-256 (hexadecimal) of each message in CRLF form, oldest first."""
    result = []
    for path in files(folder):
        with open(path, "rb") as source:
            result.append(hashlib.sha256(crlf(source.read())).hexdigest())
    return result


def add(folder, octets, name):
    """Delivers one more message, as a delivery agent does: written in `tmp`, then moved into `cur`."""
    unique = f"{int(time.time())}.M{name}.sample:2,"
    draft = os.path.join(folder, "tmp", unique)
    with open(draft, "wb") as file:
        file.write(octets)
    os.chmod(draft, 0o644)
    os.rename(draft, os.path.join(folder, "cur", unique))
