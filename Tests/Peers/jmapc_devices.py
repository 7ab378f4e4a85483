"""Two devices of one user, both jmapc: what one does, the other hears of and sees.

usage: jmapc_devices.py HOST:PORT USER PHONE_SECRET LAPTOP_SECRET
Trusts the authority in REQUESTS_CA_BUNDLE. Prints a line for each thing that was seen; fails with the first that was not.
"""
import queue
import sys
import tempfile
import threading

from jmapc import Client, Comparator, EmailQueryFilterCondition
from jmapc.methods import CustomMethod, EmailChanges, EmailGet, EmailQuery, EmailSet, MailboxGet, ThreadGet

TIMEOUT = 30


class Device:
    """One client with its own secret, its event source open."""

    def __init__(self, name, client):
        self.name = name
        self.client = client
        self.states = queue.Queue()
        self.state = self.request(EmailGet(ids=[])).state
        threading.Thread(target=self.listen, daemon=True).start()

    def request(self, method):
        return self.client.request(method, raise_errors=True, single_response=True)

    def listen(self):
        for event in self.client.events:
            change = event.data.changed.get(self.client.account_id)
            if change is not None and change.email is not None:
                self.states.put(change.email)

    def hears(self, state, what):
        """Waits until the event source tells of `state`, and returns the ids that Email/changes then lists as updated."""
        while self.states.get(timeout=TIMEOUT) != state:
            pass
        changes = self.request(EmailChanges(since_state=self.state))
        assert changes.new_state == state, (changes.new_state, state)
        print(f"{self.name} heard that {what}: {changes.updated}")
        self.state = state
        return changes.updated

    def email(self, email_id):
        return self.request(EmailGet(ids=[email_id], properties=["keywords", "mailboxIds", "subject", "threadId"])).data[0]

    def update(self, email_id, patch):
        """Returns the state that the other device must hear of."""
        result = self.request(EmailSet(update={email_id: patch}))
        assert not result.not_updated, result
        self.state = result.new_state
        return result.new_state


def wait_until_both_listen(phone, laptop, email_id):
    """An event source tells of what happens after it was opened: changes something until both have heard of it."""
    value = None
    for device in (phone, laptop):
        while True:
            value = None if value else True
            phone.update(email_id, {"keywords/warm-up": value})
            try:
                device.states.get(timeout=1)
                break
            except queue.Empty:
                continue
    # Old mail of a first poll arrives as read.
    phone.update(email_id, {"keywords": {}})
    laptop.state = phone.state


def main(host, user, phone_secret, laptop_secret):
    phone = Device("phone", Client.create_with_password(host, user, phone_secret))
    laptop = Device("laptop", Client.create_with_api_token(host, laptop_secret))
    assert phone.client.account_id == laptop.client.account_id

    mailboxes = {m.role: m.id for m in phone.request(MailboxGet(ids=None)).data if m.role}
    newest = phone.request(
        EmailQuery(
            filter=EmailQueryFilterCondition(in_mailbox=mailboxes["inbox"]),
            sort=[Comparator(property="receivedAt", is_ascending=False)], limit=1)).ids[0]

    wait_until_both_listen(phone, laptop, newest)

    state = phone.update(newest, {"keywords/$seen": True})
    assert laptop.hears(state, "the phone read it") == [newest]
    assert laptop.email(newest).keywords == {"$seen": True}
    print("laptop sees $seen")

    state = laptop.update(newest, {"mailboxIds": {mailboxes["archive"]: True}})
    assert phone.hears(state, "the laptop moved it") == [newest]
    assert phone.email(newest).mailbox_ids == {mailboxes["archive"]: True}
    print("phone sees the move")

    state = laptop.update(newest, {"keywords/$seen": None, f"mailboxIds/{mailboxes['inbox']}": True})
    assert phone.hears(state, "the laptop marked it unread and copied it to the inbox") == [newest]
    seen = phone.email(newest)
    assert seen.keywords == {} and set(seen.mailbox_ids) == {mailboxes["archive"], mailboxes["inbox"]}
    print("phone sees both")

    thread = phone.request(ThreadGet(ids=[seen.thread_id])).data[0]
    assert newest in thread.email_ids
    with tempfile.NamedTemporaryFile(suffix=".eml") as file:
        file.write(b"From: a@example.org\r\nSubject: from jmapc\r\n\r\nHello\r\n")
        file.flush()
        blob = phone.client.upload_blob(file.name)
    imported = CustomMethod(
        data={"accountId": phone.client.account_id, "emails": {"k": {"blobId": blob.id, "mailboxIds": {mailboxes["inbox"]: True}}}})
    imported.jmap_method = "Email/import"
    imported.using = {"urn:ietf:params:jmap:mail"}
    created = phone.request(imported).data["created"]["k"]["id"]
    assert laptop.email(created).subject == "from jmapc"
    print("laptop sees what the phone imported")


main(*sys.argv[1:])
