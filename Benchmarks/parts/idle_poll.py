"""A poll that finds nothing new in 100,000 messages: octets on the wire and the daemon's processor time."""

import glob
import os
import time

from kit.wire import Wire

from .first_sync import wait_searchable
from .report import median
from .stage import USER, add_maildrop, wait_stored

POLLS = 10
NEWEST = 50


def run(stage, report):
    options = stage.options
    print(f"idle poll of {options.large} messages", flush=True)
    server = stage.server("many", options.large, 1400, 0.4)
    wire = Wire(server.plain_port)
    daemon, device = many(stage, wire.port)
    report.at_most(
        f"the {NEWEST} newest of {options.large} seen by a device after the maildrop's making", stage.newest_seconds, 3,
        "s")
    wait_ended(wire)
    # The text index follows a first sync in the background, and then the bodies are brought to their place; that is not
    # the poll's work.
    wait_searchable(device)
    wait_filed(daemon)
    octets, cpus = [], []
    for _ in range(POLLS):
        before = daemon.cpu_exact()
        sessions = len(wire.sessions)
        daemon.poll("drop", USER)
        wait_ended(wire)
        octets += [session.after_sign_in() for session in wire.sessions[sessions:]]
        cpus.append(daemon.cpu_exact() - before)
    if len(octets) < POLLS:
        raise RuntimeError(f"{len(octets)} sessions for {POLLS} polls")
    report.note(f"commands of an idle poll: {', '.join(wire.sessions[-1].log)}", idle_commands=wire.sessions[-1].log)
    report.note(f"{POLLS} polls: octets {octets}, CPU ms {[round(cpu * 1000, 1) for cpu in cpus]}")
    report.at_most("idle poll, octets both ways after sign-in", max(octets), 300, "octets")
    report.at_most("idle poll, CPU of the daemon (median)", median(cpus) * 1000, 20, "ms")
    device.close()


def many(stage, port):
    """The daemon with all those messages in one Inbox; the latencies are measured on it too."""
    if not hasattr(stage, "many"):
        daemon = stage.daemon("many")
        daemon.serve()
        daemon.add_user(USER)
        secret = daemon.add_device(USER, "bench")
        device = daemon.device(USER, secret)
        began = time.monotonic()
        add_maildrop(device, "drop", port, "plain")
        wait_stored(device, NEWEST)
        stage.newest_seconds = time.monotonic() - began
        wait_stored(device, stage.options.large)
        seconds = time.monotonic() - began
        print(f"  stored in {seconds:.1f} s ({stage.options.large / seconds:.0f}/s), peak RSS "
              f"{daemon.rss_peak() / 1_000_000:.0f} MB", flush=True)
        stage.many = daemon, secret
    daemon, secret = stage.many
    return daemon, daemon.device(USER, secret)


def wait_filed(daemon, seconds=600):
    """Until no body waits in an intake."""
    end = time.monotonic() + seconds
    while glob.glob(os.path.join(daemon.data, "accounts", "*", "intake", "*")):
        if time.monotonic() > end:
            raise RuntimeError("bodies still wait in the intake")
        time.sleep(0.1)


def wait_ended(wire):
    end = time.monotonic() + 120
    while any(not session.ended for session in wire.sessions):
        if time.monotonic() > end:
            raise RuntimeError("a session does not end")
        time.sleep(0.02)
    # What the daemon does after the session's end belongs to the poll.
    time.sleep(0.3)
