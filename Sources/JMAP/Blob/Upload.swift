import JSON
public import MailModel
import MailStore

extension JMAPServer {
    /// Begins to take an upload (RFC 8620 §6.1) into the account that a URL names.
    public func beginUpload(accountID: String, principal: Principal) async throws(BlobError) -> Upload {
        let account = try await account(accountID, principal)
        return Upload(account: account, writer: account.makeBlobFile(), limit: limits.uploadOctets)
    }

    /// The principal's own account; every other id answers as one that does not exist.
    func account(_ id: String, _ principal: Principal) async throws(BlobError) -> Account {
        guard id == principal.account.description else { throw .notFound("account") }
        do {
            return try await store.account(principal.account, for: principal)
        } catch {
            throw BlobError(error)
        }
    }
}

/// An upload that is being taken: octets in pieces of any size, in constant memory. Dropping it drops what it was given.
public struct Upload: Sendable {
    let account: Account
    let writer: BlobFileWriter
    let limit: Int

    /// - Throws: `tooLarge` as soon as there are more octets than `maxSizeUpload`.
    public func append(_ bytes: UnsafeRawBufferPointer) throws(BlobError) {
        guard bytes.count <= limit - writer.size else {
            throw BlobError(.tooLarge, "An upload of more than \(limit) octets is not taken.")
        }
        do {
            try writer.append(bytes)
        } catch {
            throw BlobError(error)
        }
    }

    /// Keeps the octets and answers with the object that RFC 8620 §6.1 describes. `type` is the media type the client
    /// gave them.
    public func finish(type: String) async throws(BlobError) -> [UInt8] {
        do {
            let blob = try await account.prepareBlob(writer.finish())
            try await account.write { writer in try writer.addBlob(blob) }
            var json = JSONWriter()
            json.beginObject()
            json.key("accountId")
            json.value(account.id)
            json.key("blobId")
            json.value(blob.id.description)
            json.key("type")
            json.value(type)
            json.key("size")
            json.value(blob.size)
            json.endObject()
            return json.bytes
        } catch {
            throw BlobError(error)
        }
    }
}
