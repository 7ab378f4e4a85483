"""A device that is jmapc writes a draft with an attachment, finds it, and sends it.

usage: jmapc_sender.py HOST:PORT USER SECRET
Trusts the authority in REQUESTS_CA_BUNDLE. Prints a line for each thing that was seen; fails with the first that was not.
"""
import sys
import tempfile
import time

from jmapc import (
    Address, Client, Comparator, Email, EmailAddress, EmailBodyPart, EmailBodyValue, EmailQueryFilterCondition,
    EmailSubmission, Envelope, MailboxQueryFilterCondition, Ref)
from jmapc.methods import (
    EmailChanges, EmailGet, EmailQuery, EmailQueryChanges, EmailSet, EmailSubmissionChanges, EmailSubmissionGet,
    EmailSubmissionQuery, EmailSubmissionSet, IdentityGet, IdentitySet, MailboxGet, MailboxQuery, SearchSnippetGet,
    ThreadGet)

TIMEOUT = 60
NEWEST = [Comparator(property="receivedAt", is_ascending=False)]


def main(host, user, secret):
    client = Client.create_with_password(host, user, secret)

    def request(method):
        return client.request(method, raise_errors=True, single_response=True)

    def mailbox(role):
        return request(MailboxQuery(filter=MailboxQueryFilterCondition(role=role))).ids[0]

    identity = request(IdentityGet(ids=None)).data[0]
    drafts, sent = mailbox("drafts"), mailbox("sent")
    state = request(EmailGet(ids=[])).state
    listed = request(EmailQuery(sort=NEWEST))
    print(f"jmapc writes as {identity.email}")

    draft = create(client, request, identity, drafts)
    changes = request(EmailChanges(since_state=state))
    assert changes.created == [draft] and not changes.has_more_changes, changes
    changes = request(EmailQueryChanges(sort=NEWEST, since_query_state=listed.query_state))
    assert [item.id for item in changes.added] == [draft] and changes.added[0].index == 0, changes

    find(client, request, draft)
    submission = send(client, identity, draft, drafts, sent)
    moved = request(EmailGet(ids=[draft], properties=["mailboxIds", "keywords"])).data[0]
    assert moved.mailbox_ids == {sent: True} and moved.keywords == {"$seen": True}, moved
    print("jmapc sees the draft filed away")

    end = time.monotonic() + TIMEOUT
    while (status := request(EmailSubmissionGet(ids=[submission])).data[0]).undo_status.value != "final":
        assert time.monotonic() < end, status
    assert set(status.delivery_status) == {"bob@example.net"}, status
    assert status.delivery_status["bob@example.net"].smtp_reply.startswith("250"), status
    assert submission in request(EmailSubmissionQuery()).ids
    print("jmapc sees it sent")
    signs(request, identity)


def create(client, request, identity, drafts):
    with tempfile.NamedTemporaryFile(suffix=".bin") as file:
        file.write(bytes(range(256)) * 8)
        file.flush()
        blob = client.upload_blob(file.name)
    answer = request(EmailSet(create={"draft": Email(
        mailbox_ids={drafts: True}, keywords={"$draft": True, "$seen": True}, subject="jmapc: Grüße ☀",
        mail_from=[EmailAddress(name="Ada", email=identity.email)], to=[EmailAddress(name=None, email="bob@example.net")],
        body_values={"t": EmailBodyValue(value="Hello from jmapc\n.\n"), "h": EmailBodyValue(value="<p>Hello")},
        text_body=[EmailBodyPart(part_id="t", type="text/plain")],
        html_body=[EmailBodyPart(part_id="h", type="text/html")],
        attachments=[EmailBodyPart(blob_id=blob.id, type="application/octet-stream", name="octets.bin")])}))
    assert not answer.not_created, answer
    created = answer.created["draft"]
    assert created.id and created.blob_id and created.thread_id and created.size > 2048, created
    assert created.id in request(ThreadGet(ids=[created.thread_id])).data[0].email_ids
    print("jmapc made a draft with an attachment")
    return created.id


def find(client, request, draft):
    """The words of its text, marked, and its parts."""
    words = EmailQueryFilterCondition(text="jmapc hello")
    answers = client.request([
        EmailQuery(filter=words, sort=NEWEST, limit=1), SearchSnippetGet(ids=Ref("/ids"), filter=words)], raise_errors=True)
    assert answers[0].response.ids == [draft], answers
    snippet = answers[1].response.data[0]
    assert "<mark>" in snippet.subject and "<mark>" in snippet.preview, snippet
    email = request(EmailGet(ids=[draft], fetch_all_body_values=True)).data[0]
    assert email.attachments[0].name == "octets.bin" and email.attachments[0].size == 2048, email
    assert email.body_values[email.text_body[0].part_id].value == "Hello from jmapc\n.\n", email
    print("jmapc finds it by its text")


def send(client, identity, draft, drafts, sent):
    # The implied Email/set is an answer of its own.
    answer, moved = client.request(EmailSubmissionSet(
        create={"it": EmailSubmission(
            identity_id=identity.id, email_id=draft, envelope=Envelope(
                mail_from=Address(email=identity.email), rcpt_to=[Address(email="bob@example.net")]))},
        on_success_update_email={
            "#it": {f"mailboxIds/{drafts}": None, f"mailboxIds/{sent}": True, "keywords/$draft": None}}), raise_errors=True)
    assert draft in moved.updated, moved
    return answer.created["it"].id


def signs(request, identity):
    """The identity gets another signature. (Of one that is made, jmapc wants to be told what it said itself.)"""
    changed = request(IdentitySet(update={identity.id: {"textSignature": "-- \nAda"}}))
    assert changed.updated == {identity.id: None}, changed
    assert request(IdentityGet(ids=[identity.id])).data[0].text_signature == "-- \nAda"
    state = request(EmailSubmissionGet(ids=[])).state
    assert request(EmailSubmissionChanges(since_state=state)).created == []
    assert len(request(MailboxGet(ids=None)).data) >= 5
    print("jmapc signs otherwise")


main(*sys.argv[1:])
