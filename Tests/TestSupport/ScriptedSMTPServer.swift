import Logging
import NIOCore
import Synchronization
public import Transport

/// A small SMTP server that misbehaves where it is told to; it shares no code with the client under test.
public final class ScriptedSMTPServer: Sendable {
    /// What takes the place of an answer of the server's own.
    public enum Reply: Sendable {
        case text(String)
        /// The connection ends without one.
        case close
    }

    /// Looks at every command before it is answered; the message's end is the command `.`, each piece of its octets `DATA…`.
    public typealias Script = @Sendable (_ command: String, _ session: Int) async -> Reply?

    public struct Message: Sendable {
        public var sender = ""
        public var recipients: [String] = []
        /// As it came, dots taken away again.
        public var octets: [UInt8] = []
        /// The user name it was signed in with.
        public var user: String?
        public var isSecure = false
    }

    public let port: Int
    private let shared: SMTPServerState
    private let listener: Listener
    private let server: Task<Void, Never>

    /// Serves on a loopback port; `certificate` makes STARTTLS possible, or implicit TLS if `start` says so.
    public init(
        start: ConnectionTarget.Start = .plain, certificate: TestCertificates.Pair? = nil,
        extensions: [String] = ["PIPELINING", "SIZE 1000000", "8BITMIME", "ENHANCEDSTATUSCODES", "AUTH PLAIN LOGIN"],
        port: Int = 0, script: Script? = nil
    ) async throws {
        let files = try certificate.map { try CertificateFiles(chain: $0.chain, key: $0.key) }
        listener = try await Listener.bind(
            ListenerOptions(host: "127.0.0.1", port: port, start: start, certificate: files),
            logger: Logger(label: "scripted") { _ in SwiftLogNoOpLogHandler() })
        self.port = listener.port
        let shared = SMTPServerState(script: script, extensions: extensions)
        self.shared = shared
        let (listener, canUpgrade) = (listener, files != nil && start == .plain)
        server = Task {
            do {
                try await listener.run { connection in
                    var session = SMTPServerSession(server: shared, connection: connection, canUpgrade: canUpgrade)
                    try? await session.run()
                }
            } catch {
                // The test is over.
            }
        }
    }

    deinit {
        listener.stop()
        server.cancel()
    }

    /// Messages whose end was answered with 250.
    public var messages: [Message] { shared.state.withLock { $0.messages } }
    /// Commands as they came, all sessions.
    public var commands: [String] { shared.state.withLock { $0.commands } }
    public func setScript(_ script: Script?) { shared.state.withLock { $0.script = script } }
}

/// What a server and its sessions share.
private final class SMTPServerState: Sendable {
    struct State {
        var messages: [ScriptedSMTPServer.Message] = []
        var commands: [String] = []
        var sessions = 0
        var script: ScriptedSMTPServer.Script?
        var extensions: [String]
    }

    let state: Mutex<State>

    init(script: ScriptedSMTPServer.Script?, extensions: [String]) {
        state = Mutex(State(script: script, extensions: extensions))
    }
}

/// One session.
private struct SMTPServerSession {
    let server: SMTPServerState
    let connection: Connection
    let canUpgrade: Bool
    var number = 0
    var input: [UInt8] = []
    var message = ScriptedSMTPServer.Message()
    var user: String?

    init(server: SMTPServerState, connection: Connection, canUpgrade: Bool) {
        self.server = server
        self.connection = connection
        self.canUpgrade = canUpgrade
    }

    mutating func run() async throws {
        number = server.state.withLock { state in
            state.sessions += 1
            return state.sessions
        }
        guard try await answer("", "220 scripted ESMTP") else { return }
        while let line = try await line() {
            server.state.withLock { $0.commands.append(line) }
            guard try await obey(line) else { return }
        }
    }

    /// False: the session is over.
    private mutating func obey(_ line: String) async throws -> Bool {
        switch line.split(separator: " ").first?.uppercased() ?? "" {
        case "EHLO":
            var extensions = server.state.withLock { $0.extensions }
            if canUpgrade, !connection.isSecure {
                extensions = extensions.filter { !$0.hasPrefix("AUTH") } + ["STARTTLS"]
            }
            let lines = ["scripted"] + extensions
            let text = lines.enumerated()
                .map { "250\($0.offset == lines.count - 1 ? " " : "-")\($0.element)" }.joined(separator: "\r\n")
            return try await answer(line, text)
        case "STARTTLS":
            try await connection.startTLS(after: ByteBuffer(string: "220 go\r\n"), within: .seconds(20))
            return true
        case "AUTH":
            user = line
            return try await answer(line, "235 2.7.0 welcome")
        case "MAIL":
            message = ScriptedSMTPServer.Message(
                sender: Self.path(line), user: user, isSecure: connection.isSecure)
            return try await answer(line, "250 2.1.0 fine")
        case "RCPT":
            return try await answer(line, "250 2.1.5 fine") { session in
                session.message.recipients.append(Self.path(line))
            }
        case "DATA": return try await data(line)
        case "QUIT":
            _ = try await answer(line, "221 bye")
            return false
        default: return try await answer(line, "500 what?")
        }
    }

    private mutating func data(_ line: String) async throws -> Bool {
        guard try await answer(line, "354 go on") else { return false }
        while true {
            guard let text = try await octets() else { return false }
            if text == [0x2E] { break }
            if case .close? = await scripted("DATA…") { return false }
            message.octets += (text.first == 0x2E ? Array(text.dropFirst()) : text) + [0x0D, 0x0A]
        }
        server.state.withLock { $0.commands.append(".") }
        return try await answer(".", "250 2.0.0 queued") { session in
            let message = session.message
            session.server.state.withLock { $0.messages.append(message) }
        }
    }

    private func scripted(_ command: String) async -> ScriptedSMTPServer.Reply? {
        let script = server.state.withLock { $0.script }
        return await script?(command, number)
    }

    /// `accepted` runs before a positive answer goes out.
    private mutating func answer(
        _ command: String, _ text: String, accepted: (inout SMTPServerSession) -> Void = { _ in }
    ) async throws -> Bool {
        var text = text
        switch await scripted(command) {
        case .text(let other)?: text = other
        case .close?: return false
        case nil: break
        }
        if text.hasPrefix("2") { accepted(&self) }
        try await connection.write(ByteBuffer(string: text + "\r\n"), within: .seconds(20))
        return true
    }

    private mutating func line() async throws -> String? {
        try await octets().map { String(decoding: $0, as: UTF8.self) }
    }

    private mutating func octets() async throws -> [UInt8]? {
        while true {
            if let end = input.firstIndex(of: 0x0A) {
                defer { input.removeSubrange(...end) }
                return Array(input[..<end].last == 0x0D ? input[..<end].dropLast() : input[..<end])
            }
            guard let bytes = try await connection.read(within: .seconds(60)) else { return nil }
            input += Array(bytes.readableBytesView)
        }
    }

    private static func path(_ line: String) -> String {
        guard let start = line.firstIndex(of: "<"), let end = line[start...].firstIndex(of: ">") else { return "" }
        return String(line[line.index(after: start)..<end])
    }
}
