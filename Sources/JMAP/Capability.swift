/// A set of specifications that a request may opt into (RFC 8620 §2, §3.3).
public enum Capability: String, CaseIterable, Sendable {
    case core = "urn:ietf:params:jmap:core"
    /// RFC 9749.
    case webPushVAPID = "urn:ietf:params:jmap:webpush-vapid"
    case mail = "urn:ietf:params:jmap:mail"
    case blob = "urn:ietf:params:jmap:blob"
    /// RFC 9425.
    case quota = "urn:ietf:params:jmap:quota"
    case submission = "urn:ietf:params:jmap:submission"
    /// Our own: the POP3 accounts that are polled into an account. A reserved name until the project owns a domain.
    case maildrop = "https://restante.example/ns/jmap/maildrop"
    /// Our own: users, devices, sessions, storage and the history of polls.
    case admin = "https://restante.example/ns/jmap/admin"
    /// Our own: the HTML of emails, safe to show.
    case view = "https://restante.example/ns/jmap/view"
    /// Our own: what is done with mail as it comes.
    case rules = "https://restante.example/ns/jmap/rules"
}
