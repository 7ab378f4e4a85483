"""A device that is jmaplib, which checks every answer against the RFCs: reads, writes, follows and sends.

usage: jmaplib_device.py URL USER SECRET AUTHORITY
Prints a line for each thing that was seen; fails with the first that was not.
"""
import ssl
import sys
import threading
import time

import httpx
from jmap.auth import BasicAuth
from jmap.client import JMAPClient
from jmap.core.errors import MethodError
from jmap.models.blob import BlobUpload, DataSource
from jmap.push.listener import EventSourceClient

TIMEOUT = 60
NEWEST = [{"property": "receivedAt", "isAscending": False}]
LIST = ["id", "threadId", "mailboxIds", "keywords", "from", "subject", "receivedAt", "size", "preview", "hasAttachment"]


def main(url, user, secret, authority=None):
    verify = ssl.create_default_context(cafile=authority) if authority else True
    with httpx.Client(verify=verify, follow_redirects=True, timeout=TIMEOUT) as http:
        client = JMAPClient.connect(url, auth=BasicAuth(user, secret), http=http)
        assert client.echo(hello=True) == {"hello": True}
        print(f"jmaplib signed in; it knows {', '.join(sorted(client.capabilities.specs))}")
        device = Device(client)
        device.reads()
        device.follows_itself()
        device.handles_blobs()
        device.writes_and_sends()
        device.is_refused()
        assert not client.session_stale


class Device:
    def __init__(self, client):
        self.client = client
        with client.batch() as batch:
            boxes = batch.mail.mailbox.get(ids=None)
            identities = batch.submission.identity.get(ids=None)
        self.boxes = {box.role: box.id for box in boxes.result.items if box.role}
        self.identity = identities.result.items[0]

    def reads(self):
        with self.client.batch() as batch:
            query = batch.mail.email.query(
                filter={"inMailbox": self.boxes["inbox"]}, sort=NEWEST, limit=10, collapseThreads=True, calculate_total=True)
            emails = batch.mail.email.get(ids=query.ref("/ids"), properties=["threadId"])
            threads = batch.mail.thread.get(ids=emails.ref("/list/*/threadId"))
            whole = batch.mail.email.get(ids=threads.ref("/list/*/emailIds"), properties=LIST)
            full = batch.mail.email.get(ids=query.ref("/ids"), fetchAllBodyValues=True)
        assert query.result.total == len(query.result.ids) == len(threads.result.items), query.result
        assert {email.id for email in whole.result.items} >= set(query.result.ids)
        assert len(full.result.items) == len(query.result.ids)
        print(f"jmaplib read {len(whole.result.items)} emails of {len(threads.result.items)} threads")

    def follows_itself(self):
        """A mailbox comes and goes, and an event tells of it."""
        heard = threading.Event()

        def listen():
            for event in EventSourceClient(self.client).events():
                if "Mailbox" in str(event):
                    heard.set()
                    return

        threading.Thread(target=listen, daemon=True).start()
        end = time.monotonic() + TIMEOUT
        number = 0
        while not heard.is_set():
            assert time.monotonic() < end, "no event"
            number += 1
            with self.client.batch() as batch:
                before = batch.mail.mailbox.get(ids=[])
                listed = batch.mail.mailbox.query(filter={"hasAnyRole": False}, sort=[{"property": "name"}])
                made = batch.mail.mailbox.set(create={"k": {"name": f"jmaplib {number}", "parentId": None}})
            box = made.result.created_id("k")
            with self.client.batch() as batch:
                changes = batch.mail.mailbox.changes(since_state=before.result.state)
                added = batch.mail.mailbox.query_changes(
                    since_query_state=listed.result.query_state, filter={"hasAnyRole": False}, sort=[{"property": "name"}])
            assert changes.result.created == [box], changes.result
            assert [item.id for item in added.result.added] == [box], added.result
            with self.client.batch() as batch:
                gone = batch.mail.mailbox.set(destroy=[box], if_in_state=changes.result.new_state)
            assert gone.result.destroyed == [box], gone.result
            heard.wait(0.5)
        print("jmaplib heard of its mailboxes")

    def handles_blobs(self):
        upload = self.client.upload(bytes(range(256)), content_type="application/octet-stream")
        assert self.client.download(upload.blob_id) == bytes(range(256))
        with self.client.batch() as batch:
            made = batch.blob.blob.upload(create={"b": BlobUpload(data=[
                DataSource.text("Grüße "), DataSource.blob(upload.blob_id, offset=65, length=3)], type="text/plain")})
            got = batch.blob.blob.get(ids=["#b"], properties=["data", "size", "digest:sha-256"])
            looked = batch.blob.blob.lookup(type_names=["Email", "Mailbox"], ids=["#b"])
        assert not made.result.has_errors, made.result
        blob = got.result.items[0]
        assert blob.data == "Grüße ABC".encode() and blob.size == 11 and blob.digest("sha-256"), blob
        assert looked.result.items[0].ids_of("Email") == [], looked.result
        print("jmaplib made a blob of pieces")

    def writes_and_sends(self):
        attachment = self.client.upload(b"\x00\xff" * 1000, content_type="application/octet-stream")
        drafts, sent = self.boxes["drafts"], self.boxes["sent"]
        with self.client.batch() as batch:
            made = batch.mail.email.set(create={"draft": {
                "mailboxIds": {drafts: True}, "keywords": {"$draft": True}, "subject": "jmaplib: Grüße ☀",
                "from": [{"name": "Ada", "email": self.identity.email}], "to": [{"name": None, "email": "bob@example.net"}],
                "textBody": [{"partId": "t", "type": "text/plain"}],
                "bodyValues": {"t": {"value": "Hello from jmaplib\n"}},
                "attachments": [{"blobId": attachment.blob_id, "type": "application/octet-stream", "name": "o.bin"}]}})
            submitted = batch.submission.email_submission.set(
                create={"it": {"identityId": self.identity.id, "emailId": "#draft"}},
                onSuccessUpdateEmail={
                    "#it": {f"mailboxIds/{drafts}": None, f"mailboxIds/{sent}": True, "keywords/$draft": None}})
        email, submission = made.result.created_id("draft"), submitted.result.created_id("it")
        assert email and submission, (made.result, submitted.result)
        words = {"text": "jmaplib hello"}
        with self.client.batch() as batch:
            found = batch.mail.email.query(filter=words, sort=NEWEST, limit=1)
            snippets = batch.mail.search_snippet.get(filter=words, email_ids=found.ref("/ids"))
            filed = batch.mail.email.get(ids=found.ref("/ids"), properties=["mailboxIds", "keywords"])
        assert found.result.ids == [email], found.result
        assert "<mark>" in snippets.result.items[0].subject, snippets.result
        assert dict(filed.result.items[0].mailbox_ids) == {sent: True}, filed.result
        end = time.monotonic() + TIMEOUT
        while True:
            with self.client.batch() as batch:
                status = batch.submission.email_submission.get(ids=[submission])
            if status.result.items[0].undo_status == "final":
                break
            assert time.monotonic() < end, status.result
        print("jmaplib wrote, found and sent a message")

    def is_refused(self):
        """What is wrong comes back as the error that the RFC names."""
        for name, arguments, error in [
            ("Email/query", {"anchor": "e999999"}, "anchorNotFound"),
            ("Email/changes", {"sinceState": "nonsense"}, "cannotCalculateChanges"),
            ("Email/set", {"ifInState": "nonsense"}, "stateMismatch"),
        ]:
            try:
                self.client.call(name, arguments)
            except MethodError as refusal:
                assert refusal.type == error, refusal
            else:
                raise AssertionError(f"{name} {arguments} was not refused")
        with self.client.batch() as batch:
            refused = batch.mail.mailbox.set(update={self.boxes["trash"]: {"name": "x", "name/y": 1}})
        assert refused.result.update_errors[self.boxes["trash"]].type == "invalidPatch", refused.result
        print("jmaplib was refused as it should be")


main(*sys.argv[1:])
