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
    private let connections = Mutex<Set<Int32>>([])
    private let threads = DispatchQueue(label: "restante.control", attributes: .concurrent)

    /// Connections at once; more wait to be accepted.
    private static let mostConnections = 16

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

    /// Ends the accepting thread and whatever is being read.
    private func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
        connections.withLock { connections in
            for descriptor in connections { shutdown(descriptor, Int32(SHUT_RD)) }
        }
    }

    private func serve(_ descriptor: Int32) async {
        let isTaken = connections.withLock { connections in
            guard connections.count < Self.mostConnections else { return false }
            return connections.insert(descriptor).inserted
        }
        if isTaken { await converse(descriptor) }
        connections.withLock { _ = $0.remove(descriptor) }
        close(descriptor)
    }

    private func converse(_ descriptor: Int32) async {
        let requests = AsyncStream<[UInt8]> { continuation in
            threads.async {
                let channel = LineChannel(descriptor)
                while let line = channel.readLine() { continuation.yield(line) }
                continuation.finish()
            }
        }
        let writer = AnswerWriter(descriptor, threads: threads)
        for await line in requests {
            do {
                let result = try await carryOut(line) { writer.send(.object(["progress": $0])) }
                writer.send(.object(["result": result]))
            } catch {
                let error = CommandError(error)
                writer.send(
                    .object([
                        "error": .object([
                            "status": .string(error.status.word), "message": .string(error.message),
                        ])
                    ]))
            }
        }
        await writer.drain()
    }

    private func carryOut(
        _ line: [UInt8], progress: @escaping @Sendable (JSONValue) -> Void
    ) async throws -> JSONValue {
        guard let request = try? JSONParser.parse(line, limits: .init(octets: line.count, depth: 64)).object,
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

    func send(_ value: JSONValue) {
        let line = value.line
        queue.async { [descriptor] in LineChannel(descriptor).write(line: line) }
    }

    func drain() async {
        await withCheckedContinuation { continuation in queue.async { continuation.resume() } }
    }
}
