import Dispatch
import Foundation
import JSON
import Logging
import ServiceLifecycle
import Synchronization

/// Carries out the verbs that commands send over the control socket: a JSON object a line,
/// `{"verb": …, "arguments": {…}}`, answered by any number of `{"progress": …}` and one `{"result": …}` or
/// `{"error": {"status": …, "message": …}}`.
final class ControlServer: Service {
    private let socket: ControlSocket
    private let listener: Int32
    private let context: VerbContext
    private let logger: Logger
    private let state = Mutex(State())
    private let threads = DispatchQueue(label: "restante.control", attributes: .concurrent)

    private struct State {
        var connections: Set<Int32> = []
        var isStopping = false
    }

    /// Connections at once; more are told that the daemon is busy.
    static let mostConnections = 16
    /// How long after the end began a client may take to read what it was answered.
    private static let farewell: DispatchTimeInterval = .seconds(1)

    /// Listens at once, so that nobody finds the directory owned and the socket silent for long.
    init(_ socket: ControlSocket, context: VerbContext, logger: Logger) throws(CommandError) {
        self.socket = socket
        self.context = context
        self.logger = logger
        listener = try socket.listen()
    }

    func run() async throws {
        await withTaskCancellationOrGracefulShutdownHandler {
            await withDiscardingTaskGroup { group in
                for await descriptor in accepted() {
                    group.addTask { await self.serve(descriptor) }
                }
            }
        } onCancelOrGracefulShutdown: {
            self.stop()
        }
        unlink(socket.path)
    }

    private func accepted() -> AsyncStream<Int32> {
        AsyncStream { continuation in
            threads.async { [listener] in
                while true {
                    let descriptor = accept(listener, nil, nil)
                    if descriptor < 0, errno == EINTR || errno == ECONNABORTED { continue }
                    guard descriptor >= 0 else { break }
                    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
                    continuation.yield(descriptor)
                }
                close(listener)
                continuation.finish()
            }
        }
    }

    /// Ends the accepting thread and whatever is being read, and with that the verbs; then the connections of clients that
    /// read nothing.
    private func stop() {
        let isFirst = state.withLock { state in
            defer { state.isStopping = true }
            return !state.isStopping
        }
        guard isFirst else { return }
        shutdown(listener, Int32(SHUT_RDWR))
        end(SHUT_RD)
        threads.asyncAfter(deadline: .now() + Self.farewell) { self.end(SHUT_RDWR) }
    }

    private func end(_ direction: some BinaryInteger) {
        state.withLock { state in
            for descriptor in state.connections { shutdown(descriptor, Int32(direction)) }
        }
    }

    private func serve(_ descriptor: Int32) async {
        let isTaken = state.withLock { state in
            guard !state.isStopping, state.connections.count < Self.mostConnections else { return false }
            return state.connections.insert(descriptor).inserted
        }
        if isTaken {
            await converse(descriptor)
            state.withLock { _ = $0.connections.remove(descriptor) }
        } else {
            // It fits into the buffer of a new socket, so nobody waits for its reader.
            LineChannel(descriptor).write(line: Self.line(Self.busy))
        }
        close(descriptor)
    }

    private static let busy = CommandError(
        .temporary, "The daemon is carrying out \(mostConnections) commands already: try again in a moment.")

    private static func line(_ error: CommandError) -> [UInt8] {
        JSONValue.object([
            "error": .object(["status": .string(error.status.word), "message": .string(error.message)])
        ]).line
    }

    private func converse(_ descriptor: Int32) async {
        let work = ClientsWork()
        let requests = AsyncStream<[UInt8]> { continuation in
            threads.async {
                let channel = LineChannel(descriptor)
                while let line = channel.readLine() { continuation.yield(line) }
                work.end()
                continuation.finish()
            }
        }
        let writer = AnswerWriter(descriptor, threads: threads)
        for await line in requests {
            guard let answer = await work.run({ await self.answer(line, writer) }) else { break }
            writer.send(answer)
        }
        await writer.drain()
    }

    private func answer(_ line: [UInt8], _ writer: AnswerWriter) async -> [UInt8] {
        do {
            let result = try await carryOut(line) { writer.send(JSONValue.object(["progress": $0]).line) }
            return JSONValue.object(["result": result]).line
        } catch {
            return Self.line(CommandError(error))
        }
    }

    private func carryOut(
        _ line: [UInt8], progress: @escaping @Sendable (JSONValue) -> Void
    ) async throws -> JSONValue {
        guard let request = try? JSONParser.parse(line, limits: .ours(line)).object,
            let name = request["verb"]?.string
        else { throw CommandError(.usage, "A request is an object with a verb and its arguments.") }
        guard let verb = Verb.named(name) else { throw CommandError(.usage, "There is no verb \(name).") }
        logger.info("A command", metadata: ["verb": "\(name)"])
        var context = context
        context.progress = progress
        return try await verb.run(context, Arguments(object: request["arguments"]?.object ?? JSONObject()))
    }
}

/// Writes answers in order on a thread of its own, so that a slow reader holds up nobody else.
private final class AnswerWriter: Sendable {
    private let queue: DispatchQueue
    private let descriptor: Int32

    init(_ descriptor: Int32, threads: DispatchQueue) {
        self.descriptor = descriptor
        queue = DispatchQueue(label: "restante.control.answers", target: threads)
    }

    func send(_ line: [UInt8]) {
        queue.async { [descriptor] in LineChannel(descriptor).write(line: line) }
    }

    func drain() async {
        await withCheckedContinuation { continuation in queue.async { continuation.resume() } }
    }
}
