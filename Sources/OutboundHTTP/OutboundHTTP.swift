import MailModel
import NIOCore
public import Transport

/// Makes every outgoing HTTP request of the program.
///
/// Requests are few (a token an hour, a lookup when a maildrop is added), so each has a connection of its own, made by
/// the same ``Connector`` as POP3's: one policy on addresses, one rule on certificates.
public struct OutboundHTTP: HTTPFetcher {
    private let connector: Connector

    public init(connector: Connector = Connector()) { self.connector = connector }

    public func send(_ request: OutboundRequest) async throws(OutboundHTTPError) -> OutboundResponse {
        var request = request
        for _ in 0...max(0, min(10, request.redirects)) {
            let response = try await sendInTime(request)
            guard request.method == .get, request.redirects > 0, [301, 302, 303, 307, 308].contains(response.status)
            else { return response }
            guard let next = response.header("location").flatMap(request.url.resolved), next.scheme == .https else {
                throw OutboundHTTPError(.redirect, "\(request.url.host) sends on to what is no https address.")
            }
            request.url = next
        }
        throw OutboundHTTPError(.redirect, "\(request.url.host) sends on too many times.")
    }

    /// The whole exchange has to end in the request's time, however slowly the octets come.
    private func sendInTime(_ request: OutboundRequest) async throws(OutboundHTTPError) -> OutboundResponse {
        let outcome = await withTaskGroup(of: Result<OutboundResponse, OutboundHTTPError>.self) { group in
            group.addTask {
                do throws(OutboundHTTPError) {
                    return .success(try await exchange(request))
                } catch {
                    return .failure(error)
                }
            }
            group.addTask {
                do {
                    try await Task.sleep(for: request.timeout)
                    return .failure(OutboundHTTPError(.timeout, "\(request.url.host) did not answer in time."))
                } catch {
                    return .failure(OutboundHTTPError(.cancelled, "The request was ended from our side."))
                }
            }
            let first = await group.next()
            group.cancelAll()
            return first
        }
        guard let outcome else { throw OutboundHTTPError(.cancelled, "The request was ended from our side.") }
        return try outcome.get()
    }

    private func exchange(_ request: OutboundRequest) async throws(OutboundHTTPError) -> OutboundResponse {
        let url = request.url
        let target = ConnectionTarget(
            host: url.host, port: url.port, start: url.scheme == .https ? .secure : .plain,
            connectTimeout: request.timeout, handshakeTimeout: request.timeout, policy: request.policy)
        do {
            return try await connector.withConnection(to: target) { connection in
                try await connection.write(ByteBuffer(bytes: request.octets), within: request.timeout)
                var reader = ResponseReader(largestBody: request.largestAnswer)
                while let bytes = try await connection.read(within: request.timeout) {
                    if let response = try reader.received(bytes.readableBytesView) { return response }
                }
                return try reader.closed()
            }
        } catch let error as OutboundHTTPError {
            throw error
        } catch let error as TransportError {
            throw OutboundHTTPError(error)
        } catch {
            throw OutboundHTTPError(
                .unreachable, "\(url.host) could not be reached.", cause: String(describing: error))
        }
    }
}

extension OutboundRequest {
    /// As it goes over the wire (RFC 9112 §3): one request, then the connection ends.
    var octets: [UInt8] {
        var head = "\(method.rawValue) \(url.target) HTTP/1.1\r\nHost: \(url.authority)\r\n"
        let fields =
            [("User-Agent", userAgent), ("Accept-Encoding", "identity"), ("Connection", "close")]
            + headers.map { ($0.name, $0.value) } + (method == .post ? [("Content-Length", "\(body.count)")] : [])
        for (name, value) in fields { head += "\(name): \(value.filter { !$0.isNewline })\r\n" }
        return Array((head + "\r\n").utf8) + body
    }
}

extension OutboundHTTPError {
    init(_ error: TransportError) {
        let code: Code =
            switch error.code {
            case .addressNotAllowed: .addressNotAllowed
            case .cancelled: .cancelled
            case .connectTimeout, .timeout, .handshakeTimeout: .timeout
            case .unknownHost: .unknownHost
            case .refused, .unreachable, .handshake, .injection, .lost, .bind, .certificateFiles: .unreachable
            case .certificateExpired, .certificateNotYetValid, .certificateWrongName, .certificateSelfSigned,
                .certificateUnknownIssuer, .certificatePin:
                .certificate
            }
        self.init(code, error.message, cause: error.cause)
    }
}
