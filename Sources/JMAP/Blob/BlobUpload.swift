import JSON
import MailModel
import MailStore

extension Method {
    /// RFC 9404 §4.1: blobs made of what a request brings and of stretches of others. Blobs have no state: there is none in
    /// the answer. A blob whose creation id another one of the call needs is made before it.
    static let blobUpload = Method(
        "Blob/upload", .blob,
        .waiting { call, account in
            try call.takeAccountID()
            let create = try call.arguments.takeObject("create")
            try call.arguments.end()
            guard create.count <= call.limits.objectsInSet else {
                throw MethodError(
                    .requestTooLarge, "\(create.count) objects are more than \(call.limits.objectsInSet).")
            }
            var uploads = BlobUploads(account, call)
            try await uploads.run(try BlobUploads.records(create))
            call.createdIDs = uploads.createdIDs
            uploads.write(&call)
            try call.checkSize()
        })
}

/// The blobs of one call.
private struct BlobUploads {
    private let account: Account
    private let limits: Limits.JMAP
    private(set) var createdIDs: CreatedIDs
    private var budget: BlobReadingBudget
    private var created: [(String, [UInt8])] = []
    private var notCreated: [(String, [UInt8])] = []

    init(_ account: Account, _ call: MethodCall) {
        self.account = account
        limits = call.limits
        createdIDs = call.createdIDs
        budget = BlobReadingBudget(call.limits)
    }

    static func records(_ create: JSONObject) throws -> [(creationID: String, record: JSONObject)] {
        try create.members.map { member in
            guard member.key.isJMAPID, let record = member.value.object else {
                throw MethodError.invalidArguments("The argument create is not a map of ids to objects.")
            }
            return (creationID: member.key, record: record)
        }
    }

    mutating func run(_ records: [(creationID: String, record: JSONObject)]) async throws {
        var creations: [(creationID: String, creation: BlobCreation)] = []
        for (creationID, record) in records {
            do {
                creations.append((creationID, try BlobCreation(record)))
            } catch { try refuse(creationID, error) }
        }
        for wave in CreationOrder.waves(creations.map { ($0.creationID, $0.creation.references) }) {
            try await store(wave.map { creations[$0] })
        }
    }

    /// Makes blobs that do not need each other, and stores them in one transaction.
    private mutating func store(_ creations: [(creationID: String, creation: BlobCreation)]) async throws {
        var prepared: [(creationID: String, type: String, blob: PreparedBlob)] = []
        for (creationID, creation) in creations {
            try Task.checkCancellation()
            do {
                let blob = try await account.prepareBlob(try await octets(creation))
                prepared.append((creationID, creation.type, blob))
            } catch { try refuse(creationID, error) }
        }
        guard !prepared.isEmpty else { return }
        let blobs = prepared.map(\.blob)
        let refused = try await account.write { writer in
            try blobs.map { blob -> MailStoreError? in
                do { try writer.addBlob(blob) } catch let error as MailStoreError where error.code == .overQuota {
                    return error
                }
                return nil
            }
        }
        for ((creationID, type, blob), error) in zip(prepared, refused) {
            if let error {
                try refuse(creationID, error)
                continue
            }
            createdIDs[creationID] = blob.id.description
            created.append((creationID, Self.json(blob, type)))
        }
    }

    private mutating func octets(_ creation: BlobCreation) async throws -> MessageSource {
        let (account, limit, createdIDs) = (account, limits.uploadOctets, createdIDs)
        let before = budget
        let (source, after) = try await account.read { reader in
            var maker = BlobMaker(file: account.makeBlobFile(), limit: limit, budget: before, createdIDs: createdIDs)
            for source in creation.sources { try maker.append(source, reader) }
            return (try maker.file.finish(), maker.budget)
        }
        budget = after
        return source
    }

    private mutating func refuse(_ creationID: String, _ error: any Error) throws {
        guard let error = SetError(error) else { throw error }
        var json = JSONWriter()
        error.write(&json)
        notCreated.append((creationID, json.bytes))
    }

    private static func json(_ blob: PreparedBlob, _ type: String) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.key("id")
        json.value(blob.id.description)
        json.key("type")
        json.value(type)
        json.key("size")
        json.value(blob.size)
        json.endObject()
        return json.bytes
    }

    func write(_ call: inout MethodCall) {
        call.writer.beginObject()
        call.writeAccountID()
        call.writer.key("created")
        call.writer.value(map: created)
        call.writer.key("notCreated")
        call.writer.value(map: notCreated)
        call.writer.endObject()
    }
}

/// One blob while its pieces are put together.
private struct BlobMaker {
    let file: BlobFileWriter
    let limit: Int
    var budget: BlobReadingBudget
    let createdIDs: CreatedIDs

    mutating func append(_ source: BlobCreation.Source, _ reader: AccountReader) throws {
        switch source {
        case .octets(let octets): try octets.withUnsafeBytes { try append($0) }
        case .blob(let reference, let range):
            guard let id = createdIDs.resolve(reference).flatMap({ BlobID($0) }),
                let whole = try reader.blobSize(id.whole)
            else { throw Self.missing }
            guard budget.take(whole) else {
                throw SetError(.tooLarge, "What this call reads of other blobs is too much; make less at once.")
            }
            guard let size = try reader.lend(range, of: id, to: append) else { throw Self.missing }
            guard range.fits(size) else {
                throw BlobCreation.invalid("The stretch goes beyond the \(size) octets of its blob.")
            }
        }
    }

    private func append(_ bytes: UnsafeRawBufferPointer) throws {
        guard bytes.count <= limit - file.size else {
            throw SetError(.tooLarge, "A blob of more than \(limit) octets is not made.")
        }
        try file.append(bytes)
    }

    private static let missing = BlobCreation.invalid("There is no such blob.")
}
