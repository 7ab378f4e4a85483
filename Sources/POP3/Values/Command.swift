package import MailModel
package import NIOCore

/// A command of RFC 1939, 2449, 2595 and 5034, as the client writes and the server reads it.
package enum Command: Sendable {
    case capabilities
    case startTLS
    case user(String)
    case pass(Secret)
    /// The initial response is base64 as it stood on the line; `=` for an empty one.
    case auth(mechanism: String, initialResponse: Secret?)
    case stat
    case list(MessageNumber?)
    case retrieve(MessageNumber)
    case delete(MessageNumber)
    case noop
    case reset
    case top(MessageNumber, lines: Int)
    case uniqueID(MessageNumber?)
    case quit

    /// The longest command line with its line end (RFC 2449 §4).
    package static let maximumLength = 255

    package var keyword: String {
        switch self {
        case .capabilities: "CAPA"
        case .startTLS: "STLS"
        case .user: "USER"
        case .pass: "PASS"
        case .auth: "AUTH"
        case .stat: "STAT"
        case .list: "LIST"
        case .retrieve: "RETR"
        case .delete: "DELE"
        case .noop: "NOOP"
        case .reset: "RSET"
        case .top: "TOP"
        case .uniqueID: "UIDL"
        case .quit: "QUIT"
        }
    }

    /// Appends the command line. Arguments must be free of CR, LF and NUL.
    package func write(to output: inout ByteBuffer) {
        output.writeString(keyword)
        switch self {
        case .capabilities, .startTLS, .stat, .noop, .reset, .quit, .list(nil), .uniqueID(nil):
            break
        case .user(let name):
            output.writeString(" \(name)")
        case .pass(let password):
            output.writeStaticString(" ")
            password.withBytes { _ = output.writeBytes($0) }
        case .auth(let mechanism, let initialResponse):
            output.writeString(" \(mechanism)")
            if let initialResponse {
                output.writeStaticString(" ")
                initialResponse.withBytes { _ = output.writeBytes($0) }
            }
        case .list(let number?), .uniqueID(let number?), .retrieve(let number), .delete(let number):
            output.writeString(" \(number)")
        case .top(let number, let lines):
            output.writeString(" \(number) \(lines)")
        }
        output.writeStaticString("\r\n")
    }
}
