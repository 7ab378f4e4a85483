/// A mailbox's special use (RFC 8621 §2, RFC 6154, IANA's "IMAP Mailbox Name Attributes" in lower case).
public enum MailboxRole: String, CaseIterable, Sendable {
    case inbox, drafts, sent, archive, junk, trash
    case all, flagged, important, memos, scheduled, snoozed, subscribed, templates
}
