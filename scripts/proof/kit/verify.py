"""Whether the store holds a maildrop's messages once each, byte for byte."""

import collections
import hashlib
import time

from . import jmap


class Findings(list):
    """Sentences about what is wrong; printed as they come."""

    def add(self, sentence):
        self.append(sentence)
        print("FINDING:", sentence, flush=True)


def messages(device, expected, findings, download=True):
    """Compares every email with the expected SHA-256s (hexadecimal, with repetitions); prints and returns
    (missing, twice)."""
    ids = jmap.all_email_ids(device)
    if len(set(ids)) != len(ids):
        findings.add("Email/query lists an id twice")
    stored = collections.Counter()
    for email in jmap.emails(device, ids, ["id", "blobId", "size"]):
        octets_hash = email["blobId"][1:]
        if download:
            octets = device.download(email["blobId"])
            octets_hash = hashlib.sha256(octets).hexdigest()
            if octets_hash != email["blobId"][1:] or len(octets) != email["size"]:
                findings.add(f"{email['id']}: its octets are not those of its blob id or size")
        stored[octets_hash] += 1
    wanted = collections.Counter(expected)
    missing, twice = wanted - stored, stored - wanted
    if missing:
        findings.add(f"{sum(missing.values())} messages are missing, such as {next(iter(missing))}")
    if twice:
        findings.add(f"{sum(twice.values())} messages are there twice or were never sent, such as {next(iter(twice))}")
    print(f"messages: {len(expected)} in the maildrop, {len(ids)} stored, {sum(missing.values())} missing, "
          f"{sum(twice.values())} too many; SHA-256 of each compared{' after download' if download else ''}")
    return sum(missing.values()), sum(twice.values())


def wait_total(device, count, seconds=900, findings=None):
    """Waits until `count` emails are stored; whether it came to that."""
    end = time.monotonic() + seconds
    while (stored := jmap.total(device)) < count:
        if time.monotonic() > end:
            if findings is not None:
                findings.add(f"after {seconds} s only {stored} of {count} messages are stored")
            return False
        time.sleep(0.1)
    return True


def threads(device):
    """(emails that share a thread with another, threads)."""
    ids = jmap.all_email_ids(device)
    sizes = collections.Counter(email["threadId"] for email in jmap.emails(device, ids, ["threadId"]))
    return sum(size for size in sizes.values() if size > 1), len(sizes)
