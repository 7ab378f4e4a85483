package import MailModel

/// What is remembered of a maildrop's server from one session to the next: a later one must do no worse. It belongs to
/// the credential and the address it was learnt with, and is forgotten when one of them is set.
package struct ServerMemory: Hashable, Sendable {
    /// How the last sign-in succeeded; nil before the first.
    package var method: String?
    /// The mechanisms that were announced then, in upper case.
    package var mechanisms: [String] = []
    /// SHA-256 of the certificate that the server showed when it was last signed in to; nil without TLS.
    package var certificate: [UInt8]?
    /// Sessions in a row in which the server fell silent, or hung up, when it was asked for its capabilities, though a
    /// session without the question went well; and when the last was.
    package var silences = 0
    package var silentAt: Timestamp?
    /// When it last told its capabilities, it said that it may delete at QUIT what was fetched (EXPIRE 0).
    package var expiresAtQuit = false
    /// Sign-ins in a row that the server refused since the last that it accepted.
    package var refusals = 0
    /// When the last of these was.
    package var refusedAt: Timestamp?
    /// Seconds between two sign-ins that it announced last (LOGIN-DELAY, RFC 2449 §6.5).
    package var loginDelay: Int?
    /// Seconds between two sign-ins that it was found to want: it refused one that came sooner.
    package var restFor: Int?
    /// When that was found, or last taken back by some.
    package var restChangedAt: Timestamp?
    /// It has refused for having had too many since the last sign-in that it accepted.
    package var isRefusing = false

    package init() {}

    /// So many silences in a row are a habit; before, the line may have broken by chance.
    private static let habit = 2
    /// A server that has the habit is asked again after that long.
    private static let rest: Duration = .seconds(86_400)

    /// Whether the server is to be asked for its capabilities.
    package func asksCapabilities(at now: Timestamp) -> Bool {
        guard silences >= Self.habit, let silentAt else { return true }
        return now.since(silentAt) >= Self.rest || silentAt > now
    }
}

extension AccountReader {
    /// What is remembered of a maildrop's server; an empty memory when nothing is.
    package func serverMemory(of maildrop: MaildropID) throws -> ServerMemory {
        let found = try db.first(
            """
            SELECT method, mechanisms, certificate, silences, refusals, refusedAt, loginDelay, restFor,
                restChangedAt, isRefusing, silentAt, expiresAtQuit FROM maildropServer WHERE maildrop = ?
            """, .int(maildrop.rawValue)
        ) { row in
            var memory = ServerMemory()
            memory.method = row.isNull(0) ? nil : row.text(0)
            memory.mechanisms = row.text(1).split(separator: " ").map(String.init)
            memory.certificate = row.isNull(2) ? nil : row.blob(2)
            memory.silences = Int(row.int(3))
            memory.refusals = Int(row.int(4))
            memory.refusedAt = row.optionalInt(5).map(Timestamp.init(milliseconds:))
            memory.loginDelay = row.optionalInt(6).map { Int($0) }
            memory.restFor = row.optionalInt(7).map { Int($0) }
            memory.restChangedAt = row.optionalInt(8).map(Timestamp.init(milliseconds:))
            memory.isRefusing = row.int(9) != 0
            memory.silentAt = row.optionalInt(10).map(Timestamp.init(milliseconds:))
            memory.expiresAtQuit = row.int(11) != 0
            return memory
        }
        return found ?? ServerMemory()
    }
}

extension AccountWriter {
    /// Remembers what a session saw. Nothing happens when the maildrop was removed meanwhile.
    package func setServerMemory(_ memory: ServerMemory, of maildrop: MaildropID) throws {
        try db.run(
            """
            INSERT INTO maildropServer (maildrop, method, mechanisms, certificate, asksCapabilities, refusals, refusedAt,
                loginDelay, restFor, restChangedAt, isRefusing, silences, silentAt, expiresAtQuit)
            SELECT id, ?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ? FROM maildrop WHERE id = ? AND removedAt IS NULL
            ON CONFLICT DO UPDATE SET method = excluded.method, mechanisms = excluded.mechanisms,
                certificate = excluded.certificate, silences = excluded.silences, silentAt = excluded.silentAt,
                expiresAtQuit = excluded.expiresAtQuit, refusals = excluded.refusals, refusedAt = excluded.refusedAt, loginDelay = excluded.loginDelay,
                restFor = excluded.restFor, restChangedAt = excluded.restChangedAt, isRefusing = excluded.isRefusing
            """, .text(memory.method), .text(memory.mechanisms.joined(separator: " ")),
            memory.certificate.map { .blob($0) } ?? .null, .int(memory.refusals), .int(memory.refusedAt?.milliseconds),
            .int(memory.loginDelay.map(Int64.init)),
            .int(memory.restFor.map(Int64.init)), .int(memory.restChangedAt?.milliseconds),
            .int(memory.isRefusing ? 1 : 0), .int(memory.silences), .int(memory.silentAt?.milliseconds),
            .int(memory.expiresAtQuit ? 1 : 0), .int(maildrop.rawValue))
    }

    /// Forgets what was seen of a maildrop's server: whoever set its address or credential takes it as it is now.
    func forgetServer(of maildrop: MaildropID) throws {
        try db.run("DELETE FROM maildropServer WHERE maildrop = ?", .int(maildrop.rawValue))
    }
}

extension MaildropSettings {
    /// Whether what was seen of the server of `old` says nothing about this one's.
    package func isOtherServer(than old: MaildropSettings) -> Bool {
        host != old.host || port != old.port || security != old.security || username != old.username
            || certificatePin != old.certificatePin || signIn != old.signIn
    }
}
