import TestSupport

/// What a server is seen to do in sessions without the code under test.
struct ServerManners {
    private let server: any UpstreamServer
    private let delivered: [[UInt8]]
    private(set) var seen: Set<Peculiarity> = []

    /// Looks at a server in whose spool lie `delivered`, the last two of which are copies.
    static func observe(_ server: any UpstreamServer, delivered: [[UInt8]]) async throws -> Set<Peculiarity> {
        var manners = ServerManners(server: server, delivered: delivered)
        try await server.untilIdle()
        let sizes = try manners.lookAtFirstSession()
        try await server.untilIdle()
        try manners.lookAtSecondSession(after: sizes)
        try await server.untilIdle()
        try manners.loseADeletion()
        manners.note(.deletesWithoutQuit, when: try await server.heldCount() < delivered.count)
        return manners.seen
    }

    private init(server: any UpstreamServer, delivered: [[UInt8]]) {
        self.server = server
        self.delivered = delivered
    }

    private mutating func note(_ peculiarity: Peculiarity, when isSeen: Bool) {
        if isSeen { seen.insert(peculiarity) }
    }

    /// What LIST said at last.
    private mutating func lookAtFirstSession() throws -> [String] {
        let session = try RawSession(port: server.port)
        let before = try session.command("CAPA", many: true)
        try session.signIn(server.user, server.password)
        lookAt(before, try session.command("CAPA", many: true))
        let idle = try session.command("NOOP").status
        note(.saysNothing, when: session.greeting == "+OK" && idle == "+OK")
        note(.refusesASecondSession, when: (try? server.session()) == nil)
        let early = try session.command("LIST", many: true).lines
        let ids = try session.command("UIDL", many: true).lines.map { $0.split(separator: " ").last ?? "" }
        let sizes = try session.command("LIST", many: true).lines
        note(.sharesUniqueIDs, when: ids.count > 1 && ids[ids.count - 2] == ids[ids.count - 1])
        note(.listsOtherSizesAfterUIDL, when: early != sizes)
        try lookAtMessages(session, sizes)
        try session.quit()
        return sizes
    }

    private mutating func lookAt(_ before: RawSession.Answer, _ after: RawSession.Answer) {
        let words = before.lines
        note(.refusesCapa, when: !before.isPositive)
        note(.announcesOtherThingsAfterSignIn, when: Set(words) != Set(after.lines))
        note(.announcesNoPipelining, when: before.isPositive && !words.contains("PIPELINING"))
        note(.misspellsPipelining, when: words.contains("PIPELINE"))
        note(.announcesLoginDelay, when: words.contains { $0.hasPrefix("LOGIN-DELAY") && $0 != "LOGIN-DELAY 0" })
        note(.misspellsExpire, when: words.contains { $0.hasPrefix("EXPIRE") && !$0.hasPrefix("EXPIRE ") })
        note(.announcesSASL, when: words.contains { $0.hasPrefix("SASL") })
    }

    private mutating func lookAtMessages(_ session: RawSession, _ sizes: [String]) throws {
        for (index, message) in delivered.enumerated() {
            let number = index + 1
            var shown = try session.command("RETR \(number)", many: true).octets ?? []
            let size = sizes.count > index ? sizes[index] : ""
            note(.listsOtherSizes, when: size != "\(number) \(shown.count)")
            let text = String(decoding: shown, as: UTF8.self)
            if let line = text.firstMatch(of: /X-UIDL: [^\r]*\r\n/) {
                note(.showsItsState, when: true)
                shown = Array(text.replacingCharacters(in: line.range, with: "").utf8)
            }
            let original = String(decoding: message, as: UTF8.self)
            if original.contains("\r\n>From "), shown == Self.unquoted(original) {
                note(.takesQuotesAway, when: true)
                shown = message
            }
            note(.showsABlankLineMore, when: shown == message + Array("\r\n".utf8))
            if shown != message, shown != message + Array("\r\n".utf8) {
                throw RawSession.Failed(description: "message \(number) is shown as another: \(shown.prefix(500))")
            }
        }
        let top = try session.command("TOP 1 1", many: true).octets ?? []
        note(.repeatsTheBlankLineInTop, when: String(decoding: top, as: UTF8.self).contains("\r\n\r\n\r\n"))
    }

    private static func unquoted(_ text: String) -> [UInt8] {
        Array(text.replacing("\r\n>From ", with: "\r\nFrom ").replacing("\r\n>>From ", with: "\r\n>From ").utf8)
    }

    /// A session that is over without QUIT has deleted nothing (RFC 1939 §6).
    private func loseADeletion() throws {
        let session = try server.session()
        _ = try session.command("DELE 1")
    }

    private mutating func lookAtSecondSession(after sizes: [String]) throws {
        let session = try server.session()
        let later = try session.command("LIST", many: true).lines
        note(.listsOtherSizesLater, when: later != sizes)
        try session.quit()
    }
}

extension String {
    fileprivate func replacingCharacters(in range: Range<Index>, with text: String) -> String {
        var copy = self
        copy.replaceSubrange(range, with: text)
        return copy
    }
}
