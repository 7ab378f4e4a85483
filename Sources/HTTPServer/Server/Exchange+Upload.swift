import HTTPTypes
import Hummingbird
import JMAP
import MailModel
import NIOCore

extension Exchange {
    /// RFC 8620 §6.1. The octets go to the account's spool as they come; nothing is held in memory but one piece.
    ///
    /// Answered with 200: a client that is told 201 takes it as a failure.
    func upload(to account: String) async throws -> Response {
        do {
            let upload = try await core.jmap.beginUpload(accountID: account, principal: principal)
            let place = try core.gate.enter(.upload, principal)
            defer { place.end() }
            guard request.announcedLength ?? 0 <= limits.uploadOctets else {
                throw BlobError(.tooLarge, "An upload of more than \(limits.uploadOctets) octets is not taken.")
            }
            for try await buffer in request.body { try buffer.withUnsafeReadableBytes { try upload.append($0) } }
            try await refuseIfRevoked()
            let type = request.headers[.contentType].flatMap { MediaType.valid($0) } ?? MediaType.unknown
            return .json(try await upload.finish(type: type))
        } catch let error as BlobError {
            throw Problem(error)
        }
    }
}
