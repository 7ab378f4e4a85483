import Foundation
import NIOCore
import Transport

/// One connection of a ``ScriptedPOP3Server``.
final class ScriptedSession {
    private struct Ended: Error {}

    private let shared: ScriptedState
    private let number: Int
    private let canUpgrade: Bool
    private let maildrop: ScriptedMaildrop
    private var budget: Int?
    private var pending = ByteBuffer()
    /// Answers that are not sent yet, see `ScriptedMaildrop.gathersAnswers`.
    private var gathered = ByteBuffer()
    private var user = ""
    private var isSignedIn = false
    /// Places of the messages that DELE marked.
    private var deleted: Set<Int> = []

    init(_ shared: ScriptedState, canUpgrade: Bool) {
        self.shared = shared
        self.canUpgrade = canUpgrade
        shared.note { $0.sessions += 1 }
        number = shared.record.sessions
        maildrop = shared.maildrop
        budget = shared.sendLimit
    }

    func run(_ connection: Connection) async {
        do {
            try await answer("GREETING", with: Array("+OK scripted\r\n".utf8), on: connection)
            while let command = try await nextCommand(on: connection) {
                shared.note { $0.commands.append(command) }
                await shared.hook?(command)
                let word = command.uppercased().split(separator: " ").first.map(String.init) ?? ""
                if word == "STLS", canUpgrade, !connection.isSecure {
                    try await upgrade(connection)
                    continue
                }
                try await answer(command, with: reply(to: command, word: word), on: connection)
                if word == "QUIT" { return try await sendGathered(on: connection) }
            }
        } catch {
            // The client went away, or the script ended the session: both are ordinary here.
        }
    }

    private func upgrade(_ connection: Connection) async throws {
        let script = shared.script
        if case .bytes(let bytes)? = script?("STLS", number) {
            try await connection.startTLS(after: ByteBuffer(bytes: bytes), within: .seconds(30))
        } else {
            try await connection.startTLS(after: ByteBuffer(string: "+OK begin\r\n"), within: .seconds(30))
        }
        pending.clear()
    }

    private func answer(_ command: String, with usual: @autoclosure () -> [UInt8], on connection: Connection)
        async throws
    {
        let script = shared.script
        switch script?(command, number) {
        case nil:
            noteFarewell(command)
            try await send(usual(), on: connection)
        case .bytes(let bytes):
            noteFarewell(command)
            try await send(bytes, on: connection)
        case .bytesThenClose(let bytes):
            try await send(bytes, on: connection)
            throw Ended()
        case .silenceAfterDoing:
            _ = usual()
            throw Ended()
        case .stall(let bytes):
            try await send(bytes, on: connection)
            while try await connection.read(within: .seconds(600)) != nil {}
            throw Ended()
        case .endless(let beginning, let bytes):
            try await send(beginning, on: connection)
            while true { try await send(bytes, on: connection) }
        }
    }

    /// Before the answer goes out: whoever has it may look at the record at once.
    private func noteFarewell(_ command: String) {
        if command.uppercased() == "QUIT" { shared.note { $0.farewells += 1 } }
    }

    private func send(_ bytes: [UInt8], on connection: Connection) async throws {
        let allowed = budget.map { min($0, bytes.count) } ?? bytes.count
        budget = budget.map { $0 - allowed }
        if allowed > 0 {
            shared.note { $0.sent += allowed }
            gathered.writeBytes(bytes[..<allowed])
            if !maildrop.gathersAnswers { try await sendGathered(on: connection) }
        }
        if allowed < bytes.count { throw Ended() }
    }

    private func sendGathered(on connection: Connection) async throws {
        guard gathered.readableBytes > 0 else { return }
        let answers = gathered
        gathered = ByteBuffer()
        try await connection.write(answers, within: .seconds(60))
    }

    private func nextCommand(on connection: Connection) async throws -> String? {
        while true {
            let view = pending.readableBytesView
            if let end = view.firstIndex(of: UInt8(ascii: "\n")) {
                let line = pending.readString(length: end - view.startIndex + 1) ?? ""
                return line.trimmingSuffix { $0.isNewline }
            }
            try await sendGathered(on: connection)
            guard var bytes = try await connection.read(within: .seconds(600)) else { return nil }
            shared.note { $0.received += bytes.readableBytes }
            pending.writeBuffer(&bytes)
        }
    }

    private func reply(to command: String, word: String) -> [UInt8] {
        let argument = command.split(separator: " ", maxSplits: 1).dropFirst().first.map(String.init) ?? ""
        return switch word {
        case "CAPA": text("+OK\r\n" + capabilities.joined(separator: "\r\n") + "\r\n.\r\n")
        case "USER": text(signing(user: argument))
        case "PASS": text(signing(password: argument))
        case "AUTH" where argument.hasPrefix("XOAUTH2 "): text(signing(token: argument.dropFirst(8)))
        case "NOOP": text("+OK\r\n")
        case "QUIT": quit()
        case _ where !isSignedIn: text("-ERR sign in first\r\n")
        case "STAT": text("+OK \(maildrop.messages.count) \(maildrop.messages.reduce(0) { $0 + $1.bytes.count })\r\n")
        case "UIDL": text(listing(argument) { $0.uniqueID })
        case "LIST": text(listing(argument) { "\($0.bytes.count)" })
        case "RETR": retrieve(argument)
        case "TOP": top(argument)
        case "DELE": text(delete(argument))
        case "RSET": text(reset())
        default: text("-ERR unknown\r\n")
        }
    }

    private func text(_ text: String) -> [UInt8] { Array(text.utf8) }

    private var capabilities: [String] { maildrop.capabilities + (canUpgrade ? ["STLS"] : []) }

    private func signing(user: String) -> String {
        self.user = user
        return "+OK\r\n"
    }

    private func signing(password: String) -> String {
        isSignedIn = user == maildrop.user && password == maildrop.password
        return isSignedIn ? "+OK signed in\r\n" : "-ERR [AUTH] wrong\r\n"
    }

    private func signing(token response: Substring) -> String {
        let message = Data(base64Encoded: String(response)).map { String(decoding: $0, as: UTF8.self) } ?? ""
        let token = message.split(separator: "\u{1}").first { $0.hasPrefix("auth=Bearer ") }?.dropFirst(12)
        isSignedIn = token.map { shared.maildrop.tokens.contains(String($0)) } ?? false
        return isSignedIn ? "+OK signed in\r\n" : "-ERR [AUTH] no such token\r\n"
    }

    private func listing(_ argument: String, _ value: (ScriptedMaildrop.Message) -> String) -> String {
        if let number = Int(argument) {
            guard isThere(number) else { return "-ERR no such message\r\n" }
            return "+OK \(number) \(value(maildrop.messages[number - 1]))\r\n"
        }
        var text = "+OK\r\n"
        for (index, message) in maildrop.messages.enumerated() where !deleted.contains(index) {
            text += "\(index + 1) \(value(message))\r\n"
        }
        return text + ".\r\n"
    }

    private func retrieve(_ argument: String) -> [UInt8] {
        guard let number = Int(argument), isThere(number) else { return text("-ERR no such message\r\n") }
        return Self.stuffed(maildrop.messages[number - 1].bytes)
    }

    private func isThere(_ number: Int) -> Bool {
        maildrop.messages.indices.contains(number - 1) && !deleted.contains(number - 1)
    }

    /// The header, the empty line and so many lines (RFC 1939 §7).
    private func top(_ argument: String) -> [UInt8] {
        let numbers = argument.split(separator: " ").compactMap { Int($0) }
        guard maildrop.hasTop else { return text("-ERR unknown\r\n") }
        guard numbers.count == 2, isThere(numbers[0]) else { return text("-ERR no such message\r\n") }
        var rest = numbers[1]
        var isBody = false
        var out: [UInt8] = []
        for line in maildrop.messages[numbers[0] - 1].bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
            if isBody {
                guard rest > 0 else { break }
                rest -= 1
            }
            out += line + [0x0A]
            if line.isEmpty || line.elementsEqual([0x0D]) { isBody = true }
        }
        return Self.stuffed(out)
    }

    private func delete(_ argument: String) -> String {
        guard let number = Int(argument), isThere(number) else { return "-ERR no such message\r\n" }
        deleted.insert(number - 1)
        return "+OK\r\n"
    }

    private func reset() -> String {
        deleted = []
        return "+OK\r\n"
    }

    /// Deletions are made before the answer is sent, as servers do (RFC 1939 §6).
    private func quit() -> [UInt8] {
        let gone = deleted.map { maildrop.messages[$0] }
        shared.change { drop in
            for message in gone {
                drop.messages.removeAll { $0.uniqueID == message.uniqueID && $0.bytes == message.bytes }
            }
        }
        shared.note { $0.deleted += gone.map(\.bytes) }
        return text("+OK bye\r\n")
    }

    /// The whole answer to RETR (RFC 1939 §3).
    static func stuffed(_ bytes: [UInt8]) -> [UInt8] {
        var out = Array("+OK\r\n".utf8)
        var atLineStart = true
        for byte in bytes {
            if atLineStart, byte == UInt8(ascii: ".") { out.append(byte) }
            out.append(byte)
            atLineStart = byte == UInt8(ascii: "\n")
        }
        if !atLineStart { out += Array("\r\n".utf8) }
        return out + Array(".\r\n".utf8)
    }
}

extension String {
    func trimmingSuffix(while predicate: (Character) -> Bool) -> String {
        var text = self[...]
        while let last = text.last, predicate(last) { text = text.dropLast() }
        return String(text)
    }
}
