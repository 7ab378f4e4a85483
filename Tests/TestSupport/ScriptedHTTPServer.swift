import Logging
import NIOCore
import Synchronization
import Transport

/// A small HTTP/1.1 server that answers as a test tells it to; it shares no code with the clients under test.
public final class ScriptedHTTPServer: Sendable {
    public struct Request: Sendable {
        public var method: String
        /// Path and query as they came.
        public var target: String
        /// Names in lower case.
        public var headers: [String: String]
        /// As text; what is none has other characters in its place.
        public var body: String { String(decoding: octets, as: UTF8.self) }
        public var octets: [UInt8]

        /// A parameter of a form in the body, percent-decoding left to the test: what they send here needs none.
        public func parameter(_ name: String) -> String? {
            body.split(separator: "&").first { $0.hasPrefix(name + "=") }.map { String($0.dropFirst(name.count + 1)) }
        }
    }

    public struct Response: Sendable {
        public var status: Int
        public var headers: [(String, String)]
        public var body: String

        public init(_ body: String) { self.init(200, body) }

        public init(_ status: Int, headers: [(String, String)] = [], _ body: String) {
            self.status = status
            self.headers = headers
            self.body = body
        }
    }

    public typealias Handler = @Sendable (Request) async -> Response

    public let port: Int
    private let log = Mutex<[Request]>([])
    private let listener: Listener
    private let server: Mutex<Task<Void, Never>?>

    /// Serves on a loopback port, under TLS if there is a certificate.
    public init(certificate: TestCertificates.Pair? = nil, handler: @escaping Handler) async throws {
        let files = try certificate.map { try CertificateFiles(chain: $0.chain, key: $0.key) }
        listener = try await Listener.bind(
            ListenerOptions(
                host: "127.0.0.1", port: 0, start: files == nil ? .plain : .secure, certificate: files),
            logger: Logger(label: "scripted") { _ in SwiftLogNoOpLogHandler() })
        port = listener.port
        server = Mutex(nil)
        let listener = listener
        let note: @Sendable (Request) -> Void = { [weak self] request in self?.log.withLock { $0.append(request) } }
        let task = Task {
            do {
                try await listener.run { connection in try? await Self.serve(connection, handler, note) }
            } catch {
                // The test is over.
            }
        }
        server.withLock { $0 = task }
    }

    deinit {
        listener.stop()
        server.withLock { $0?.cancel() }
    }

    /// Requests so far.
    public var requests: [Request] { log.withLock { $0 } }

    private static func serve(
        _ connection: Connection, _ handler: Handler, _ note: (Request) -> Void
    ) async throws {
        guard let request = try await read(connection) else { return }
        note(request)
        let response = await handler(request)
        var text = "HTTP/1.1 \(response.status) Scripted\r\nContent-Length: \(response.body.utf8.count)\r\n"
        for (name, value) in response.headers { text += "\(name): \(value)\r\n" }
        text += "Connection: close\r\n\r\n" + response.body
        try await connection.write(ByteBuffer(string: text), within: .seconds(20))
    }

    private static func read(_ connection: Connection) async throws -> Request? {
        var octets: [UInt8] = []
        let end = Array("\r\n\r\n".utf8)
        while octets.firstRange(of: end) == nil {
            guard let bytes = try await connection.read(within: .seconds(20)) else { return nil }
            octets += Array(bytes.readableBytesView)
        }
        guard let blank = octets.firstRange(of: end) else { return nil }
        let lines = String(decoding: octets[..<blank.lowerBound], as: UTF8.self).split(separator: "\r\n")
        let words = lines[0].split(separator: " ")
        var request = Request(method: String(words[0]), target: String(words[1]), headers: [:], octets: [])
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let value = line[line.index(after: colon)...].drop { $0 == " " }
            request.headers[line[..<colon].lowercased()] = String(value)
        }
        request.octets = Array(octets[blank.upperBound...])
        let length = request.headers["content-length"].flatMap { Int($0) } ?? 0
        while request.octets.count < length, let bytes = try await connection.read(within: .seconds(20)) {
            request.octets += Array(bytes.readableBytesView)
        }
        return request
    }
}
