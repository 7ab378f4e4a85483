import JSON
import MailModel
import MailStore

/// A certificate's SHA-256 as people copy it: 64 hexadecimal digits, with or without colons between the octets.
enum CertificatePin {
    static func parse(_ text: String) throws(CommandError) -> [UInt8] {
        let digits = text.utf8.filter { $0 != UInt8(ascii: ":") && $0 != UInt8(ascii: " ") }
        let octets = stride(from: 0, to: digits.count - digits.count % 2, by: 2).compactMap {
            UInt8(String(decoding: digits[$0..<$0 + 2], as: UTF8.self), radix: 16)
        }
        guard digits.count == 64, octets.count == 32 else {
            throw CommandError(.usage, "A certificate pin is a SHA-256: 64 hexadecimal digits.")
        }
        return octets
    }

    static func text(_ octets: [UInt8]) -> String { Hexadecimal.encode(octets) }
}

extension Verb {
    /// A maildrop's settings and what is known of it now, or since it was last polled.
    static func describe(
        _ id: MaildropID, of user: User, in account: Account, _ context: VerbContext
    ) async throws -> JSONValue {
        let found = try await account.read { reader in
            try reader.maildrop(id).map { (maildrop: $0, summary: try reader.pollSummary(of: id)) }
        }
        guard let found else { throw CommandError(.noInput, "The maildrop was removed.") }
        let settings = found.maildrop.settings
        let status = context.store.status(of: found.maildrop, in: account.id)
        let lost = try await lostPassword(of: id, in: account, now: context.clock())
        let failure = status.error ?? (context.isServing ? nil : found.summary.failure) ?? lost
        let state = failure == nil || !settings.enabled ? status.state.rawValue : "failing"
        return .object([
            "user": .string(user.name), "name": .string(settings.name), "id": .text(id),
            "host": .string(settings.host), "port": .integer(settings.port),
            "security": .string(settings.security.rawValue), "username": .string(settings.username),
            "hasPassword": .bool(found.maildrop.hasPassword), "signInProvider": .text(found.maildrop.signInProvider),
            "certificatePin": settings.certificatePin.map { .string(CertificatePin.text($0)) },
            "mailboxId": .text(settings.mailbox), "pollInterval": settings.pollInterval.map { .seconds($0) } ?? .null,
            "markSeenOlderThan": .seconds(settings.markSeenOlderThan),
            "signIn": .string(settings.signIn.rawValue),
            "retention": describe(settings.retention), "vanished": .string(settings.vanished.rawValue),
            "submission": describeSending(found.maildrop),
            "enabled": .bool(settings.enabled),
            "state": .string(state),
            "lastPollAt": .text(status.lastPollAt ?? found.summary.lastPollAt),
            "lastSuccessAt": .text(status.lastSuccessAt ?? found.summary.lastSuccessAt),
            "nextPollAt": .text(status.nextPollAt),
            "nextPollCause": describe(status.nextPollCause),
            "error": failure.map {
                .object([
                    "type": .string($0.type), "description": .string($0.description), "since": .text($0.since),
                ])
            },
            "held": .integer(status.held), "stored": .integer(status.stored), "pending": .integer(status.pending),
            "notices": .array(
                status.notices.map {
                    .object(["type": .string($0.type), "description": .string($0.description)])
                }),
            "certificateSha256": status.certificateSHA256.map { .string(CertificatePin.text($0)) },
        ])
    }

    /// A password that does not open is known before any poll: after a restore without the key file, for one.
    private static func lostPassword(
        of id: MaildropID, in account: Account, now: Timestamp
    ) async throws -> MaildropStatus.Failure? {
        try await account.read { reader in
            try reader.lostSecret(of: id).map {
                .init(type: "missingPassword", description: $0.message, since: now)
            }
        }
    }

    static func describe(_ cause: PollCause?) -> JSONValue {
        cause.map { .object(["type": .string($0.rawValue), "description": .string($0.description)]) } ?? .null
    }

    static func describe(_ record: PollRecord) -> JSONValue {
        .object([
            "beganAt": .text(record.beganAt), "endedAt": .text(record.endedAt),
            "error": record.error.map {
                .object(["type": .string($0.type), "description": .string($0.description)])
            },
            "listed": record.listed.map { .integer($0) }, "fetched": .integer(record.fetched),
            "octets": .integer(record.octets), "idlePolls": .integer(record.idlePolls),
        ])
    }

    static func describe(_ finding: MaildropFinding) -> JSONValue {
        .object([
            "severity": .string(finding.severity.rawValue), "step": .string(finding.step),
            "description": .string(finding.description), "advice": .text(finding.advice),
        ])
    }

    static func describe(_ message: UnstoredMessage) -> JSONValue {
        .object([
            "uniqueId": .text(message.uniqueID), "octets": .integer(message.octets),
            "state": .string("\(message.state)"), "reason": .string(message.reason),
            "attempts": .integer(message.attempts), "retryAt": .text(message.retryAt),
        ])
    }
}
