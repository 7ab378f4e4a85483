import MailModel
import OutboundHTTP
import Synchronization
import TestSupport
import Testing

/// A push service that answers as a test says, and keeps what it was sent.
final class PushServiceDouble: HTTPFetcher {
    enum Answer: Sendable {
        case status(Int, headers: [(name: String, value: String)])
        case failure(OutboundHTTPError.Code)
        /// None, for as long as the request lasts.
        case silence
    }

    private let received = Mutex<[OutboundRequest]>([])
    private let answers = Mutex<[String: [Answer]]>([:])
    private let arrivals: AsyncStream<OutboundRequest>
    private let arrive: AsyncStream<OutboundRequest>.Continuation

    init() { (arrivals, arrive) = AsyncStream.makeStream(of: OutboundRequest.self) }

    /// Everything there was, in order.
    var requests: [OutboundRequest] { received.withLock { $0 } }

    func requests(to path: String) -> [OutboundRequest] { requests.filter { $0.url.description.hasSuffix(path) } }

    /// What the next requests to an address are answered with; 201 when nothing is left.
    func answer(_ path: String, _ more: Answer...) { answers.withLock { $0[path, default: []] += more } }

    func answer(_ path: String, _ status: Int, _ headers: [(name: String, value: String)] = [], times: Int = 1) {
        for _ in 0..<times { answer(path, .status(status, headers: headers)) }
    }

    /// The next request that nobody has waited for yet.
    func next() async throws -> OutboundRequest {
        var iterator = arrivals.makeAsyncIterator()
        return try #require(await iterator.next())
    }

    /// The next request to an address; what comes to others before is passed over.
    func next(to path: String) async throws -> OutboundRequest {
        while true {
            let request = try await next()
            if request.url.description.hasSuffix(path) { return request }
        }
    }

    func send(_ request: OutboundRequest) async throws(OutboundHTTPError) -> OutboundResponse {
        received.withLock { $0.append(request) }
        arrive.yield(request)
        let path = request.url.description
        let answer = answers.withLock { answers -> Answer? in
            guard let key = answers.keys.first(where: { path.hasSuffix($0) }), answers[key]?.isEmpty == false else {
                return nil
            }
            return answers[key]?.removeFirst()
        }
        switch answer {
        case .status(let status, let headers)?: return OutboundResponse(status: status, headers: headers, body: [])
        case .failure(let code)?: throw OutboundHTTPError(code, "So it was written.")
        case .silence?:
            await untilCancelled()
            throw OutboundHTTPError(.cancelled, "The request was ended from our side.")
        case nil: return OutboundResponse(status: 201, body: [])
        }
    }
}

extension OutboundRequest {
    func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }
}
