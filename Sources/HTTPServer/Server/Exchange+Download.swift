import HTTPTypes
import Hummingbird
import JMAP
import MailModel
import NIOCore

extension Exchange {
    /// Octets that are read and sent at a time.
    private static let piece = 256 * 1024

    /// RFC 8620 §6.2. What strangers wrote is never shown as ours: it is an attachment, its type is not guessed and none
    /// of a script's, and where a browser shows it all the same, it runs in a sandbox without anything. An image is an
    /// attachment too, which a page's `<img>` shows.
    func download(_ blobID: String, of account: String, name: String) async throws -> Response {
        let place = try core.gate.enter(.download, principal)
        let blob = try await opened(blobID, account)
        let type =
            target.parameter("type", plus: .isPlus).flatMap { MediaType.valid($0) }.flatMap {
                MediaType.isScript($0) ? nil : $0
            } ?? MediaType.unknown
        let fields: HTTPFields = [
            .contentType: type, .contentLength: String(blob.size),
            .contentDisposition: ContentDisposition.attachment(name: name),
            .cacheControl: "private, immutable, max-age=31536000", .xContentTypeOptions: "nosniff",
            .contentSecurityPolicy: "sandbox; default-src 'none'", .crossOriginResourcePolicy: "same-origin",
        ]
        let body = ResponseBody(contentLength: blob.size) { writer in
            defer { place.end() }
            var offset = 0
            while offset < blob.size {
                // Its reader may be slow: a device that is revoked meanwhile gets no more of it.
                try await refuseIfRevoked()
                let octets = try blob.octets(in: offset..<min(offset + Self.piece, blob.size))
                offset += octets.count
                try await writer.write(ByteBuffer(bytes: octets))
            }
            try await writer.finish(nil)
        }
        return Response(status: .ok, headers: fields, body: body)
    }

    private func opened(_ blobID: String, _ account: String) async throws -> Download {
        do {
            return try await core.jmap.download(blobID: blobID, accountID: account, principal: principal)
        } catch {
            throw Problem(error)
        }
    }
}
