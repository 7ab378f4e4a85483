import Logging
import Synchronization
public import Transport

/// A small POP3 server that misbehaves where it is told to; it shares no code with the one under test.
public final class ScriptedPOP3Server: Sendable {
    /// Looks at every command before the server answers it: a reply from here takes the place of its own.
    public typealias Script = @Sendable (_ command: String, _ session: Int) -> ScriptedReply?

    public struct Record: Sendable {
        /// Commands as they came, in order, all sessions.
        public var commands: [String] = []
        public var sessions = 0
        /// Octets sent and received in all sessions.
        public var sent = 0
        public var received = 0
        /// Sessions that ended with QUIT answered.
        public var farewells = 0
        /// Messages that DELE and QUIT did away with.
        public var deleted: [[UInt8]] = []
    }

    public let port: Int

    private let shared: ScriptedState
    private let listener: Listener
    private let server: Task<Void, Never>

    /// Starts serving `maildrop` on a loopback port. `certificate` makes STLS possible, or implicit TLS if `start` says so.
    public init(
        _ maildrop: ScriptedMaildrop, start: ConnectionTarget.Start = .plain,
        certificate: TestCertificates.Pair? = nil, script: Script? = nil
    ) async throws {
        let files = try certificate.map { try CertificateFiles(chain: $0.chain, key: $0.key) }
        let listener = try await Listener.bind(
            ListenerOptions(host: "127.0.0.1", port: 0, start: start, certificate: files),
            logger: Logger(label: "scripted") { _ in SwiftLogNoOpLogHandler() })
        let shared = ScriptedState(maildrop: maildrop, script: script)
        self.shared = shared
        self.listener = listener
        port = listener.port
        server = Task {
            try? await listener.run { connection in
                await ScriptedSession(shared, canUpgrade: files != nil).run(connection)
            }
        }
    }

    deinit {
        listener.stop()
        server.cancel()
    }

    /// What happened so far.
    public var record: Record { shared.record }

    /// The commands so far whose first word is `name`.
    public func commands(_ name: String) -> [String] {
        record.commands.filter { $0.uppercased().split(separator: " ").first.map(String.init) == name }
    }

    public func setScript(_ script: Script?) { shared.setScript(script) }

    /// Is waited for before each command is answered.
    public func setHook(_ hook: (@Sendable (_ command: String) async -> Void)?) { shared.setHook(hook) }

    /// What it has now.
    public var messages: [[UInt8]] { shared.maildrop.messages.map(\.bytes) }

    public func change(_ body: (inout ScriptedMaildrop) -> Void) {
        shared.change(body)
    }

    /// From the next session on the connection breaks after this many octets from the server; nil for never.
    public func cutSessions(afterOctets limit: Int?) { shared.setSendLimit(limit) }
}

/// What a server and its sessions share.
final class ScriptedState: Sendable {
    private struct State {
        var maildrop: ScriptedMaildrop
        var script: ScriptedPOP3Server.Script?
        var hook: (@Sendable (String) async -> Void)?
        var sendLimit: Int?
        var record = ScriptedPOP3Server.Record()
    }

    private let state: Mutex<State>

    init(maildrop: ScriptedMaildrop, script: ScriptedPOP3Server.Script?) {
        state = Mutex(State(maildrop: maildrop, script: script))
    }

    var record: ScriptedPOP3Server.Record { state.withLock { $0.record } }
    var maildrop: ScriptedMaildrop { state.withLock { $0.maildrop } }
    var script: ScriptedPOP3Server.Script? { state.withLock { $0.script } }
    var sendLimit: Int? { state.withLock { $0.sendLimit } }
    var hook: (@Sendable (String) async -> Void)? { state.withLock { $0.hook } }

    func setScript(_ script: ScriptedPOP3Server.Script?) { state.withLock { $0.script = script } }
    func setHook(_ hook: (@Sendable (String) async -> Void)?) { state.withLock { $0.hook = hook } }
    func setSendLimit(_ limit: Int?) { state.withLock { $0.sendLimit = limit } }

    func change(_ body: (inout ScriptedMaildrop) -> Void) { state.withLock { body(&$0.maildrop) } }

    func note(_ body: (inout ScriptedPOP3Server.Record) -> Void) { state.withLock { body(&$0.record) } }
}
