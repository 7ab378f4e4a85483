"""The daemon's memory while it takes one message of 100 MB."""

import os

from .stage import USER, add_maildrop, wait_stored

SIZE = 100_000_000


def run(stage, report):
    print("one message of 100 MB", flush=True)
    folder = os.path.join(stage.scratch, "mail-large", "Maildir")
    for name in ("cur", "new", "tmp"):
        os.makedirs(os.path.join(folder, name), exist_ok=True)
    with open(os.path.join(folder, "cur", "1700000000.M1.sample:2,"), "wb") as file:
        write_message(file)
    server = stage.server("large", 1, SIZE)
    daemon = stage.daemon("large")
    daemon.serve()
    daemon.add_user(USER)
    device = daemon.device(USER, daemon.add_device(USER, "bench"))
    add_maildrop(device, "drop", server.tls_port, "tls", server.pin())
    wait_stored(device, 1)
    report.at_most("one 100 MB message, peak RSS", daemon.rss_peak() / 1_000_000, 200, "MB")
    daemon.stop()


def write_message(file):
    """Text and an attachment whose base64 does not compress."""
    file.write(
        b"From: a@example.org\r\nTo: b@example.org\r\nSubject: large\r\nDate: Tue, 14 Nov 2023 22:13:20 +0000\r\n"
        b"Message-ID: <large@example.org>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
        b"--b\r\nContent-Type: text/plain\r\n\r\nlook\r\n--b\r\nContent-Type: video/mp4; name=film.mp4\r\n"
        b"Content-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=film.mp4\r\n\r\n")
    import base64
    written = 0
    while written < SIZE:
        lines = base64.encodebytes(os.urandom(57 * 2000)).replace(b"\n", b"\r\n")
        file.write(lines)
        written += len(lines)
    file.write(b"--b--\r\n")
