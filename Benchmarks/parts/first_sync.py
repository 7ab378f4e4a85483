"""The first sync beside other retrievers, which deliver to a Maildir, and beside a bare socket, which throws the octets
away. The slower retrievers take one turn only.

No round's files are removed before the end: ext4 looks long for an inode where many were freed a moment ago, which would
make the next program slow, whichever it is.
"""

import time

from kit import jmap

from . import peers
from .report import median
from .stage import USER, add_maildrop, bare_socket, wait_stored

MEGABYTE = 1_000_000


def run(stage, report):
    options = stage.options
    server = stage.server("typical", options.messages, 9000)
    print(f"first sync of {options.messages} messages over TLS, {options.rounds} rounds in turns", flush=True)
    rounds = []
    for number in range(options.rounds):
        ours = restante(stage, server, number)
        peer = peers.fetch(peers.mpop, stage, server, options.messages, f"mpop-{number}")
        messages, octets, seconds, cpu = bare_socket(server)
        bare = {"rate": messages / seconds, "cpu": cpu}
        rounds.append((ours, peer, bare))
        report.note(
            f"round {number + 1}: Restante {ours['rate']:.0f}/s (CPU {ours['cpu']:.2f} s, searchable after "
            f"{ours['searchable']:.2f} s), mpop {peer['rate']:.0f}/s (CPU {peer['cpu']:.2f} s), "
            f"bare socket {bare['rate']:.0f}/s (CPU {bare['cpu']:.2f} s)")
    for slow in (peers.getmail, peers.fetchmail):
        result = peers.fetch(slow, stage, server, options.messages, slow.__name__)
        report.note(
            f"{slow.__name__} {result['rate']:.0f}/s (CPU {result['cpu']:.2f} s)",
            **{slow.__name__ + "_rate": result["rate"]})
    ours, peer, bare = (median([entry[place]["rate"] for entry in rounds]) for place in range(3))
    report.note(
        f"medians: Restante {ours:.0f} messages/s, mpop {peer:.0f}, bare socket {bare:.0f}; CPU seconds "
        + ", ".join(f"{median([entry[place]['cpu'] for entry in rounds]):.2f}" for place in range(3)),
        restante_rate=ours, mpop_rate=peer, bare_rate=bare,
        cpu_seconds=[median([entry[place]["cpu"] for entry in rounds]) for place in range(3)],
        searchable_seconds=median([entry[0]["searchable"] for entry in rounds]))
    report.at_least("first sync, rate beside mpop", ours / peer, 2, "x")
    report.at_least("first sync, rate beside a bare socket", ours / bare, 0.35, "x")
    report.at_most(
        "first sync, peak RSS", max(entry[0]["rss"] for entry in rounds) / MEGABYTE, 200, "MB")


def restante(stage, server, number):
    daemon = stage.daemon(f"first-{number}")
    daemon.serve()
    daemon.add_user(USER)
    device = daemon.device(USER, daemon.add_device(USER, "bench"))
    device.call("Mailbox/get", {"ids": None})
    pin = server.pin()
    cpu, began = daemon.cpu(), time.monotonic()
    add_maildrop(device, "drop", server.tls_port, "tls", pin)
    wait_stored(device, stage.options.messages)
    seconds, cpu = time.monotonic() - began, daemon.cpu() - cpu
    result = {"rate": stage.options.messages / seconds, "cpu": cpu, "rss": daemon.rss_peak()}
    wait_searchable(device)
    result["searchable"] = time.monotonic() - began
    result["rss"] = max(result["rss"], daemon.rss_peak())
    daemon.stop()
    return result


def wait_searchable(device, seconds=600):
    """Until a text query answers: it fails while the index lacks messages, and never answers incompletely."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            device.call("Email/query", {"filter": {"text": "garden"}, "limit": 1})
            return
        except jmap.Refused as refusal:
            if "serverUnavailable" not in str(refusal):
                raise
            time.sleep(0.02)
    raise RuntimeError("not searchable")
