import Logging
import NIOCore
import OutboundHTTP
import Transport

/// A port of the loopback interface that waits for one browser to be sent back to it.
struct RedirectReceiver: Sendable {
    enum Outcome: Sendable, Equatable {
        case code(String)
        case refused(String, description: String)
    }

    /// Octets of a request's head; connections at once.
    static let longestHead = 16 * 1024
    static let mostConnections = 8

    let port: Int
    private let listener: Listener
    private let state: String

    /// `state` is what the browser must bring back (RFC 6749 §10.12); without it anybody could hand us their code.
    init(state: String, logger: Logger) async throws(TransportError) {
        listener = try await Listener.bind(
            ListenerOptions(host: "127.0.0.1", port: 0, start: .plain, maximumConnections: Self.mostConnections),
            logger: logger)
        port = listener.port
        self.state = state
    }

    /// Waits for the browser; nil when it does not come.
    func wait(atMost patience: Duration) async -> Outcome? {
        let (outcomes, sink) = AsyncStream.makeStream(of: Outcome?.self)
        let state = state
        return await withTaskGroup(of: Void.self) { group in
            group.addTask {
                try? await listener.run { connection in
                    if let outcome = await Self.serve(connection, state) { sink.yield(outcome) }
                }
            }
            group.addTask {
                try? await Task.sleep(for: patience)
                sink.yield(nil)
            }
            var iterator = outcomes.makeAsyncIterator()
            let outcome = await iterator.next() ?? nil
            listener.stop()
            group.cancelAll()
            return outcome
        }
    }

    private static func serve(_ connection: Connection, _ state: String) async -> Outcome? {
        do {
            guard let head = try await head(connection) else { return nil }
            let outcome = read(head, state)
            try await connection.write(ByteBuffer(string: page(outcome)), within: .seconds(10))
            return outcome
        } catch {
            return nil
        }
    }

    private static func head(_ connection: Connection) async throws(TransportError) -> String? {
        var octets: [UInt8] = []
        while let bytes = try await connection.read(within: .seconds(10)) {
            octets += Array(buffer: bytes)
            guard octets.count <= longestHead else { return nil }
            let text = String(decoding: octets, as: UTF8.self)
            if text.contains("\r\n\r\n") || text.contains("\n\n") { return text }
        }
        return nil
    }

    /// What a request says: nil for one that is not the redirect (a browser asks for an icon, too).
    static func read(_ head: String, _ state: String) -> Outcome? {
        let words = head.prefix { !$0.isNewline }.split(separator: " ")
        guard words.count == 3, words[0] == "GET", let mark = words[1].firstIndex(of: "?") else { return nil }
        let parameters = FormCoding.decode(words[1][words[1].index(after: mark)...])
        func value(_ name: String) -> String? { parameters.first { $0.name == name }?.value }
        guard value("state") == state else { return nil }
        if let error = value("error") {
            return .refused(error, description: TokenAnswer.clean(value("error_description")))
        }
        guard let code = value("code"), (1...4096).contains(code.utf8.count) else { return nil }
        return .code(code)
    }

    private static func page(_ outcome: Outcome?) -> String {
        let (status, sentence) =
            switch outcome {
            case .code?: ("200 OK", "Signed in. You can close this window and go back to the terminal.")
            case .refused?: ("200 OK", "The sign-in was refused. The terminal says more.")
            case nil: ("404 Not Found", "There is nothing here.")
            }
        let body = "<!doctype html><meta charset=utf-8><title>Restante</title><p>\(sentence)</p>\n"
        return """
            HTTP/1.1 \(status)\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: \(body.utf8.count)\r\n\
            Cache-Control: no-store\r\nReferrer-Policy: no-referrer\r\nConnection: close\r\n\r\n\(body)
            """
    }
}
