import MailModel
package import NIOCore

/// Why a line is no command.
package enum CommandError: Error, Equatable, Sendable {
    case unknownCommand
    /// A sentence for the -ERR.
    case badArguments(String)

    package var sentence: String {
        switch self {
        case .unknownCommand: "That is no command of this server."
        case .badArguments(let sentence): sentence
        }
    }
}

extension Command {
    /// Reads a command line without its line end. Keywords are not case-sensitive (RFC 1939 §3).
    package init(line: ByteBuffer) throws(CommandError) {
        var cursor = LineCursor(line)
        let keyword = cursor.word().prefix(5)
        switch String(decoding: keyword.map(\.asciiUppercased), as: UTF8.self) {
        case "CAPA": self = try Self.bare(.capabilities, cursor)
        case "STLS": self = try Self.bare(.startTLS, cursor)
        case "USER": self = .user(try Self.userName(cursor))
        case "PASS": self = .pass(try Self.password(cursor))
        case "AUTH": self = try Self.auth(cursor)
        case "STAT": self = try Self.bare(.stat, cursor)
        case "LIST": self = .list(try Self.optionalNumber(cursor))
        case "RETR": self = .retrieve(try Self.number(cursor))
        case "DELE": self = .delete(try Self.number(cursor))
        case "NOOP": self = try Self.bare(.noop, cursor)
        case "RSET": self = try Self.bare(.reset, cursor)
        case "TOP": self = try Self.top(cursor)
        case "UIDL": self = .uniqueID(try Self.optionalNumber(cursor))
        case "QUIT": self = try Self.bare(.quit, cursor)
        default: throw .unknownCommand
        }
    }

    private static func bare(_ command: Command, _ cursor: LineCursor) throws(CommandError) -> Command {
        try end(cursor)
        return command
    }

    private static func end(_ cursor: LineCursor) throws(CommandError) {
        var cursor = cursor
        cursor.skipBlanks()
        guard cursor.isAtEnd else { throw .badArguments("There are more arguments than this command takes.") }
    }

    private static func number(_ cursor: LineCursor) throws(CommandError) -> MessageNumber {
        guard let number = try optionalNumber(cursor) else { throw .badArguments("A message number is missing.") }
        return number
    }

    private static func optionalNumber(_ cursor: LineCursor) throws(CommandError) -> MessageNumber? {
        var cursor = cursor
        cursor.skipBlanks()
        guard !cursor.isAtEnd else { return nil }
        guard let number = cursor.messageNumber() else { throw .badArguments("That is no message number.") }
        try end(cursor)
        return number
    }

    private static func top(_ cursor: LineCursor) throws(CommandError) -> Command {
        var cursor = cursor
        guard let number = cursor.messageNumber(), let lines = cursor.number() else {
            throw .badArguments("TOP takes a message number and a number of lines.")
        }
        try end(cursor)
        return .top(number, lines: lines)
    }

    private static func userName(_ cursor: LineCursor) throws(CommandError) -> String {
        var cursor = cursor
        cursor.skipBlanks()
        var octets = cursor.rest
        while let last = octets.last, last.isBlank { octets.removeLast() }
        guard !octets.isEmpty, !octets.contains(0), let name = String(validating: octets, as: UTF8.self) else {
            throw .badArguments("A user name is missing.")
        }
        return name
    }

    /// The password is all that follows one space: it may hold blanks (RFC 1939 §7).
    private static func password(_ cursor: LineCursor) throws(CommandError) -> Secret {
        let password = cursor.rest.dropFirst()
        guard !password.isEmpty else { throw .badArguments("A password is missing.") }
        return Secret(bytes: password)
    }

    private static func auth(_ cursor: LineCursor) throws(CommandError) -> Command {
        var cursor = cursor
        let mechanism = cursor.word()
        guard !mechanism.isEmpty, mechanism.count <= 20 else {
            throw .badArguments("A mechanism is missing: this server speaks PLAIN.")
        }
        let response = cursor.word()
        try end(cursor)
        return .auth(
            mechanism: String(decoding: mechanism.map(\.asciiUppercased), as: UTF8.self),
            initialResponse: response.isEmpty ? nil : Secret(bytes: response))
    }
}
