/// The name of immutable octets (RFC 8620 §6): the SHA-256 of a stored blob, or one decoded part of a stored message.
///
/// Written `b` and 64 hexadecimal digits; a part appends its section numbers, `b…-1-2`, counted as in IMAP's BODY
/// sections (RFC 9051 §6.4.5): children of a multipart from 1.
public struct BlobID: Hashable, Sendable, CustomStringConvertible {
    /// SHA-256 of the whole blob's octets: always 32 bytes.
    public let hash: [UInt8]
    /// The part's section numbers; empty for the whole blob.
    public let section: [Int]

    /// The most section numbers an id may carry; a message's structure is never deeper (`Limits.MIME.depth`).
    public static let maximumSectionCount = 128

    /// `hash` must be 32 bytes long: it comes from a hasher or from the store, never from a peer.
    public init(hash: [UInt8], section: [Int] = []) {
        precondition(hash.count == 32, "a blob id is a SHA-256")
        self.hash = hash
        self.section = section
    }

    /// Reads the form that `description` writes; nil for anything else.
    public init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8)
        guard bytes.count >= 65, bytes[0] == UInt8(ascii: "b") else { return nil }
        var hash: [UInt8] = []
        hash.reserveCapacity(32)
        for index in stride(from: 1, to: 65, by: 2) {
            guard let high = Self.value(ofHexDigit: bytes[index]), let low = Self.value(ofHexDigit: bytes[index + 1])
            else { return nil }
            hash.append(high << 4 | low)
        }
        var section: [Int] = []
        if bytes.count > 65 {
            guard bytes[65] == UInt8(ascii: "-") else { return nil }
            for field in bytes[66...].split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false) {
                guard field.count <= 6, field.first != UInt8(ascii: "0"),
                    field.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }),
                    let number = Int(String(decoding: field, as: UTF8.self)),
                    section.count < Self.maximumSectionCount
                else { return nil }
                section.append(number)
            }
        }
        self.init(hash: hash, section: section)
    }

    /// The whole blob that this part lies in; a whole blob's id is its own.
    public var whole: BlobID { section.isEmpty ? self : BlobID(hash: hash) }

    /// The SHA-256 as 64 lower-case hexadecimal digits.
    public var hexHash: String { Hexadecimal.encode(hash) }

    public var description: String { section.reduce("b" + hexHash) { "\($0)-\($1)" } }

    private static func value(ofHexDigit byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}
