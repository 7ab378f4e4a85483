import Hummingbird
import NIOCore

extension Request {
    /// The whole body, which is bounded whatever its announced length; nil when it is larger.
    func wholeBody(atMost limit: Int) async throws -> [UInt8]? {
        if let length = announcedLength, length > limit { return nil }
        var octets: [UInt8] = []
        octets.reserveCapacity(min(announcedLength ?? 1024, limit))
        for try await buffer in body {
            guard octets.count + buffer.readableBytes <= limit else { return nil }
            octets.append(contentsOf: buffer.readableBytesView)
        }
        return octets
    }

    var announcedLength: Int? { headers[.contentLength].flatMap { Int($0) }.flatMap { $0 < 0 ? nil : $0 } }
}
