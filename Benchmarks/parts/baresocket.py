#!/usr/bin/env python3
"""The fastest a client can be: signs in over TLS, asks for every message in a full pipeline, and throws the octets away.

usage: baresocket.py PORT USER PASSWORD CERTIFICATE    prints: messages octets seconds
"""
import socket
import ssl
import sys
import time

WINDOW = 400
END = b"\r\n.\r\n"


def line(connection):
    received = b""
    while not received.endswith(b"\r\n"):
        received += connection.recv(1)
    if not received.startswith(b"+OK"):
        raise SystemExit(received.decode(errors="replace"))
    return received


def main():
    port, user, password, certificate = int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4]
    began = time.monotonic()
    context = ssl.create_default_context(cafile=certificate)
    raw = socket.create_connection(("127.0.0.1", port))
    raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection = context.wrap_socket(raw, server_hostname="localhost")
    line(connection)
    for command in (f"USER {user}", f"PASS {password}"):
        connection.sendall(command.encode() + b"\r\n")
        line(connection)
    connection.sendall(b"STAT\r\n")
    count = int(line(connection).split()[1])
    asked = done = octets = 0
    tail = b""
    buffer = bytearray(256 * 1024)
    view = memoryview(buffer)
    while done < count:
        if asked < count and asked - done < WINDOW // 2:
            until = min(count, done + WINDOW)
            connection.sendall(b"".join(b"RETR %d\r\n" % number for number in range(asked + 1, until + 1)))
            asked = until
        got = connection.recv_into(view)
        if not got:
            raise SystemExit("the server closed the connection")
        octets += got
        # An end may lie across two pieces; it cannot lie in one message, whose dots are doubled.
        done += (tail + bytes(view[:min(got, 4)])).count(END) if tail else 0
        done += buffer.count(END, 0, got)
        tail = (tail + bytes(view[max(0, got - 4):got]))[-4:]
    connection.sendall(b"QUIT\r\n")
    line(connection)
    print(done, octets, time.monotonic() - began)


if __name__ == "__main__":
    main()
