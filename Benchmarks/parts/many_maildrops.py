"""What a poll that finds nothing costs when one daemon has 1, 100 or 1,000 maildrops."""

import time

from kit import dovecot, jmap

from .stage import USER

COUNTS = (1, 100, 1000)
USING = jmap.MAIL + [jmap.MAILDROP]
# As many as an account may have.
EACH = 100


def run(stage, report):
    server = stage.server("empty", 0, 9000, twins=max(COUNTS))
    print("polls that find nothing, over TLS", flush=True)
    for count in COUNTS:
        daemon = stage.daemon(f"many-{count}")
        daemon.serve()
        devices = [make_user(daemon, f"{USER}{first}") for first in range(0, count, EACH)]
        resting, cpu, began = daemon.rss(), daemon.cpu_exact(), time.monotonic()
        for index, device in enumerate(devices):
            create(device, server, range(index * EACH, min((index + 1) * EACH, count)))
        wait_polled(devices, count)
        seconds, cpu = time.monotonic() - began, daemon.cpu_exact() - cpu
        report.note(
            f"{count} maildrops: all polled after {seconds:.1f} s, {1000 * cpu / count:.2f} ms of CPU each with their "
            f"making, RSS {daemon.rss() / 1e6:.0f} MB ({resting / 1e6:.0f} MB without)",
            **{f"poll_cpu_ms_{count}": 1000 * cpu / count, f"poll_rss_mb_{count}": daemon.rss() / 1e6})
        daemon.stop()


def make_user(daemon, name):
    """A user's device, whose account has been opened."""
    daemon.add_user(name)
    device = daemon.device(name, daemon.add_device(name, "bench"))
    device.call("Mailbox/get", {"ids": None})
    return device


def create(device, server, numbers):
    pin = server.pin()
    answer = device.call("Maildrop/set", {"create": {
        f"n{number}": {
            "name": f"drop {number}", "host": "127.0.0.1", "port": server.tls_port, "security": "tls",
            "username": f"{dovecot.USER}{number + 1}", "password": dovecot.PASSWORD, "certificatePin": pin,
        } for number in numbers}}, using=USING)
    if answer.get("notCreated"):
        raise jmap.Refused(f"Maildrop/set: {list(answer['notCreated'].items())[:3]}")


def wait_polled(devices, count, seconds=600):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        states = [
            state for device in devices
            for state in device.call("MaildropStatus/get", {"ids": None}, using=USING)["list"]]
        failed = [state["error"] for state in states if state["error"]]
        if failed:
            raise RuntimeError(f"a poll failed: {failed[0]}")
        if sum(state["lastSuccessAt"] is not None for state in states) == count:
            return
        time.sleep(0.05)
    raise RuntimeError("not every maildrop was polled")
