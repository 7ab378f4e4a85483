import GRDB
public import MailModel

/// One user's mailboxes, emails and their state: a folder with the canonical database, the large bodies and the text
/// index.
///
/// Reads run beside each other and beside the one writer, each on its own snapshot. Writes queue up here: what a device
/// changes goes ahead of what a poll brings in.
public final class Account: Sendable {
    public let id: AccountID
    let core: AccountCore

    init(core: AccountCore) {
        id = core.id
        self.core = core
    }

    /// The life of the account's state; every state string carries it.
    public var epoch: Epoch { core.epoch }

    /// Runs `body` on one snapshot of the account. It must not wait for anything; what it throws is thrown.
    public func read<T: Sendable>(_ body: @escaping @Sendable (AccountReader) throws -> T) async throws -> T {
        try await core.read(body)
    }

    /// Runs `body` in one transaction, ahead of waiting ingest. When it throws, nothing has changed. When this returns,
    /// what it did is on disk and the change feed has been told.
    public func write<T: Sendable>(_ body: @escaping @Sendable (AccountWriter) throws -> T) async throws -> T {
        try await core.write(lane: .device, body)
    }

    /// A sink for a message's octets as they arrive: it keeps small ones in memory and spools large ones to a file.
    ///
    /// `octets`: how many are likely to come; 0 when nobody knows.
    public func makeBlobFile(expecting octets: Int = 0) -> BlobFileWriter {
        core.blobFiles.makeWriter(expecting: octets)
    }

    /// Everything about a message that needs no transaction: parses, hashes, compresses, and brings a large body to its
    /// place on disk, synced. May run many times at once.
    ///
    /// With `.later` the body is neither compressed nor synced: `sync` or `ingest` brings it to disk, and whenever nobody
    /// writes the account's own work in the background compresses it.
    public func prepare(_ source: MessageSource, _ placing: BodyPlacing = .now) async throws -> PreparedMessage {
        try await core.prepare(source, placing)
    }

    /// Brings to disk the bodies of messages that were prepared for later. `ingest` does it too; done before, it runs
    /// beside the transaction of the batch before.
    public func sync(_ messages: [PreparedMessage]) async throws { try await core.sync(messages) }

    /// The same for octets that were uploaded before; nil when there is no such blob (any more).
    public func prepare(stored id: BlobID) async throws -> PreparedMessage? {
        try await core.prepare(stored: id)
    }

    /// The same for octets that are no message: an upload.
    public func prepareBlob(_ source: MessageSource) async throws -> PreparedBlob {
        try await core.prepareBlob(source)
    }

    /// The most messages one ingest may bring, and the octets of small bodies at which a batch should be closed.
    public static let ingestMessages = 256
    public static let ingestOctets = 2 * 1024 * 1024

    /// Stores a batch of new mail in one transaction: blobs, emails, threads, memberships with UIDs, the change log and
    /// what `recording` adds (which message of which maildrop each email is). EmailDelivery's state changes with it.
    ///
    /// - Parameter maildrop: where it was polled: the account's rules then decide what is done with it
    ///   (docs/decisions/0084). Nil: no rule looks at it.
    /// - Returns: the new emails' ids, in the batch's order.
    /// - Throws: `overLimit` past `ingestMessages`; `notFound` when a mailbox is gone.
    @discardableResult
    public func ingest(
        _ batch: [Arrival], from maildrop: MaildropID? = nil,
        recording: @escaping @Sendable (AccountWriter, [EmailID]) throws -> Void = { _, _ in }
    ) async throws -> [EmailID] {
        guard batch.count <= Self.ingestMessages else {
            throw MailStoreError(.overLimit, "A batch of \(batch.count) messages is over \(Self.ingestMessages).")
        }
        try await core.sync(batch.map(\.message))
        return try await core.write(lane: .ingest) { writer in
            let ids = try writer.deliver(batch, from: maildrop)
            try recording(writer, ids)
            return ids
        }
    }
}
