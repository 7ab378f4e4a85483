"""The first sync beside other retrievers, which deliver to a Maildir, and beside a bare socket, which throws the octets
away. The slower retrievers take one turn only.

Every contender begins in the same state: the same mail, read by the server a moment ago; a folder of its own that is
empty; nothing to be written from before; and a machine at rest. They take turns, and in every round another one begins.
A retriever's time is that of its whole process, sign-in included; Restante's is from the request that adds the maildrop
until the last email is in Email/query, the requests that look for it included.

No round's files are removed before the end: ext4 looks long for an inode where many were freed a moment ago, which would
make the next program slow, whichever it is.
"""

import time

from kit import jmap

from . import peers
from .machine import Watch, rest
from .report import median
from .stage import USER, add_maildrop, bare_socket, inbox, wait_stored

MEGABYTE = 1_000_000


def run(stage, report):
    options = stage.options
    server = stage.server("typical", options.messages, 9000)
    print(f"first sync of {options.messages} messages over TLS, {options.rounds} rounds in turns", flush=True)
    contenders = {
        "Restante": lambda name: restante(stage, server, name),
        "mpop": lambda name: peers.fetch(peers.mpop, stage, server, options.messages, name),
        "bare socket": lambda name: bare(server)}
    results = {name: [] for name in contenders}
    for number in range(options.rounds):
        names = list(contenders)
        first = number % len(names)
        for name in names[first:] + names[:first]:
            results[name].append(turn(name, contenders[name], f"{name}-{number}", server, report))
    for slow in (peers.getmail, peers.fetchmail):
        rest()
        result = peers.fetch(slow, stage, server, options.messages, slow.__name__)
        report.note(
            f"{slow.__name__} {result['rate']:.0f}/s (CPU {result['cpu']:.2f} s)",
            **{slow.__name__ + "_rate": result["rate"]})
    summarise(results, report)


def turn(name, contender, folder, server, report):
    """One contender's result, with what the server spent for it and what the rest of the machine did meanwhile."""
    rest()
    watch = Watch(server.process.pid)
    result = contender(folder)
    result.update(watch.spent(result["cpu"]) if "watch" not in result else result.pop("watch"))
    searchable = f", searchable after {result['searchable']:.2f} s" if "searchable" in result else ""
    report.note(
        f"{name}: {result['rate']:.0f}/s (CPU {result['cpu']:.2f} s, the server's {result['server']:.2f} s, "
        f"of others {result['others']:.2f} s, stolen {result['stolen']:.2f} s{searchable})")
    return result


def summarise(results, report):
    rates = {name: [round["rate"] for round in rounds] for name, rounds in results.items()}
    for name, rounds in results.items():
        report.note(
            f"{name}: median {median(rates[name]):.0f} messages/s of {min(rates[name]):.0f} to {max(rates[name]):.0f}; "
            f"CPU {median([round['cpu'] for round in rounds]):.2f} s, "
            f"the server's {median([round['server'] for round in rounds]):.2f} s")
    ours, peer, bare = (median(rates[name]) for name in results)
    report.notes.update(
        restante_rate=ours, mpop_rate=peer, bare_rate=bare, rates=rates,
        cpu_seconds=[median([round["cpu"] for round in rounds]) for rounds in results.values()],
        searchable_seconds=median([round["searchable"] for round in results["Restante"]]))
    report.at_least("first sync, rate beside mpop", ours / peer, 2, "x")
    report.at_least("first sync, rate beside a bare socket", ours / bare, 0.35, "x")
    report.at_most(
        "first sync, peak RSS", max(round["rss"] for round in results["Restante"]) / MEGABYTE, 200, "MB")


def bare(server):
    messages, _, seconds, cpu = bare_socket(server)
    return {"rate": messages / seconds, "cpu": cpu}


def restante(stage, server, name):
    daemon = stage.daemon(name)
    daemon.serve()
    daemon.add_user(USER)
    device = daemon.device(USER, daemon.add_device(USER, "bench"))
    box = inbox(device)["id"]
    pin = server.pin()
    rest()
    watch = Watch(server.process.pid)
    cpu, began = daemon.cpu(), time.monotonic()
    add_maildrop(device, "drop", server.tls_port, "tls", pin)
    wait_nearly_stored(device, box, stage.options.messages)
    wait_stored(device, stage.options.messages, patience=0.005)
    seconds, cpu = time.monotonic() - began, daemon.cpu() - cpu
    result = {
        "rate": stage.options.messages / seconds, "cpu": cpu, "rss": daemon.rss_peak(), "watch": watch.spent(cpu)}
    wait_searchable(device)
    result["searchable"] = time.monotonic() - began
    result["rss"] = max(result["rss"], daemon.rss_peak())
    daemon.stop()
    return result


def wait_nearly_stored(device, box, count):
    """Until 8 of 10 emails are there. Who looks on must not take the processor from those that are looked at."""
    stored = 0
    while stored < count * 0.8:
        time.sleep(0.1)
        answer = device.call("Mailbox/get", {"ids": [box], "properties": ["totalEmails"]})
        stored = answer["list"][0]["totalEmails"]


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
