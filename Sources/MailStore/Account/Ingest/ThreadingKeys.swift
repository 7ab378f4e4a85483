import Crypto
import MailModel

/// By what an email finds its thread (RFC 8621 §3): hashes of every message-id it names, and of its base subject.
struct ThreadingKeys: Hashable, Sendable {
    /// Without duplicates; empty for a message that names no message-id, not even its own: it begins a thread that
    /// nothing joins.
    let keys: [Int64]
    let subject: Int64

    /// How many message-ids of one email are looked at: its own, the first references (the conversation's beginning) and
    /// the last ones.
    static let limit = 64

    init(messageIDs: [String], inReplyTo: [String], references: [String], subject: String) {
        let others = inReplyTo + references
        let room = Self.limit - min(messageIDs.count, Self.limit / 2)
        let kept =
            others.count <= room ? others : Array(others.prefix(room / 2)) + Array(others.suffix(room - room / 2))
        var seen: Set<Int64> = []
        keys = (messageIDs.prefix(Self.limit / 2) + kept).map(Self.hash).filter { seen.insert($0).inserted }
        self.subject = Self.hash(BaseSubject.of(subject))
    }

    /// 64 bits of a SHA-256: two ids that meet by chance would put two conversations of one account together, once in
    /// billions of accounts.
    private static func hash(_ text: String) -> Int64 {
        var text = text
        let digest = text.withUTF8 { SHA256.hash(data: UnsafeRawBufferPointer($0)) }
        return digest.withUnsafeBytes { $0.loadUnaligned(as: Int64.self).littleEndian }
    }
}
