public import MailModel

/// One browser in which a user signed in with the password.
public struct WebSession: Hashable, Sendable {
    public let id: SessionID
    public let user: UserID
    public let createdAt: Timestamp
    /// When it last asked for something.
    public let lastSeenAt: Timestamp
    /// When it ends if it asks for nothing any more.
    public let expiresAt: Timestamp
    /// What the browser said it is, shortened; empty when it said nothing.
    public let userAgent: String
    /// Where the sign-in came from, as text; empty when that is not known.
    public let address: String
}

/// How signing in with a password ended.
public enum SessionSignIn: Sendable {
    /// The secret is shown this once and stored only as a hash.
    case signedIn(Principal, WebSession, Secret)
    /// Wrong; hold the answer back this long, so that guessing is slow.
    case failed(delay: Duration)
    /// Too many failures from this address, or too many tries at once: nothing was looked at.
    case refused(retryAfter: Duration)
}

/// A session's row.
struct SessionRow: Sendable {
    static let columns =
        "session.id, session.user, session.createdAt, session.lastSeenAt, session.userAgent, session.address"

    let id: SessionID
    let user: UserID
    let createdAt: Timestamp
    let lastSeenAt: Timestamp
    let userAgent: String
    let address: String

    init(_ row: borrowing SQLRow) {
        id = SessionID(rawValue: row.int(0))
        user = UserID(rawValue: row.int(1))
        createdAt = Timestamp(milliseconds: row.int(2))
        lastSeenAt = Timestamp(milliseconds: row.int(3))
        userAgent = row.text(4)
        address = row.text(5)
    }

    /// With what was seen of it since the row was written.
    func session(seen: Timestamp?, _ limits: Limits.SignIn) -> WebSession {
        let last = max(lastSeenAt, seen ?? lastSeenAt)
        return WebSession(
            id: id, user: user, createdAt: createdAt, lastSeenAt: last,
            expiresAt: min(last.adding(limits.sessionIdle), createdAt.adding(limits.sessionLife)),
            userAgent: userAgent, address: address)
    }
}

/// What a browser may say of itself, as it is kept.
enum UserAgentText {
    static let longest = 256

    static func kept(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.prefix(longest).filter { $0.properties.generalCategory != .control }))
    }
}
