/// A real POP3 server of somebody else's, with one maildrop: a provider for polls.
public protocol UpstreamServer: Sendable {
    /// A port of 127.0.0.1, in plain text.
    var port: Int { get }
    /// What it does in its own way, by observation.
    var peculiarities: Set<Peculiarity> { get }
    /// Puts messages, in order, into its spool, in the spool's own form.
    func add(_ messages: [[UInt8]]) async throws
    /// Returns when no session is open, and so no lock is held.
    func untilIdle() async throws
    /// Ends what serves the open sessions as the kernel ends a process, and returns when it is gone.
    func killSessions() async throws
}

extension UpstreamServer {
    public var user: String { "alice" }
    public var password: String { "alice-secret" }

    /// A session as a person would type it, signed in.
    public func session() throws -> RawSession {
        let session = try RawSession(port: port)
        try session.signIn(user, password)
        return session
    }

    /// How many messages lie in its spool, by a session of its own.
    public func heldCount() async throws -> Int {
        try await untilIdle()
        let session = try session()
        let count = try session.command("STAT").firstNumber
        try session.quit()
        try await untilIdle()
        return count
    }
}

/// The servers that polls are tested with.
public enum UpstreamServerKind: String, Sendable, CaseIterable {
    case dovecot, courier, cyrus, mailutils, popa3d, solid = "solid-pop3d", twisted

    /// Starts one with an empty spool.
    public func start() async throws -> any UpstreamServer {
        switch self {
        case .dovecot: try DovecotServer()
        case .courier: try await CourierServer()
        case .cyrus: try await CyrusServer()
        case .mailutils: try await MboxServer.mailutils()
        case .popa3d: try await MboxServer.popa3d()
        case .solid: try await MboxServer.solid()
        case .twisted: try await TwistedServer()
        }
    }
}
