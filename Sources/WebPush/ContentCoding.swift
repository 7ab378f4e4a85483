public import Crypto

/// The content coding `aes128gcm` (RFC 8188), as its sender writes it.
public enum ContentCoding {
    /// Octets that a record has beside its content: the delimiter and the tag (§2).
    public static let overhead = 17
    /// Of the salt (§2.1).
    public static let saltOctets = 16

    /// One record: its content, and zeros behind its delimiter that hide how long that is (§2).
    public struct Record: Sendable {
        public var content: [UInt8]
        public var padding: Int

        public init(_ content: [UInt8], padding: Int = 0) {
            self.content = content
            self.padding = padding
        }
    }

    /// The header and the records.
    ///
    /// - Parameters:
    ///   - records: every one but the last fills `recordSize` to the octet.
    ///   - key: the input keying material (§2.2).
    ///   - keyID: what tells the reader which key that is, at most 255 octets.
    ///   - salt: 16 octets that no other content was written with.
    /// - Returns: nil when the records, the salt or the name of the key don't fit what the format holds.
    public static func encode(
        _ records: [Record], recordSize: Int, key: SymmetricKey, keyID: [UInt8], salt: [UInt8]
    ) -> [UInt8]? {
        guard salt.count == saltOctets, keyID.count <= 255, let size = UInt32(exactly: recordSize), !records.isEmpty
        else {
            return nil
        }
        var octets = salt
        for shift in [24, 16, 8, 0] { octets.append(UInt8(truncatingIfNeeded: size >> UInt32(shift))) }
        octets.append(UInt8(truncatingIfNeeded: keyID.count))
        octets += keyID
        let contentKey = derive(16, "Content-Encoding: aes128gcm", key, salt)
        let base = derive(12, "Content-Encoding: nonce", key, salt).withUnsafeBytes { Array($0) }
        for (number, record) in records.enumerated() {
            let isLast = number == records.count - 1
            let length = record.content.count + record.padding + overhead
            guard record.padding >= 0, isLast ? length <= recordSize : length == recordSize,
                let sealed = seal(record, isLast: isLast, key: contentKey, nonce: nonce(base, number))
            else { return nil }
            octets += sealed
        }
        return octets
    }

    /// §2.2 and §2.3: HKDF, the info ending in a zero octet.
    private static func derive(_ count: Int, _ info: String, _ key: SymmetricKey, _ salt: [UInt8]) -> SymmetricKey {
        HKDF<SHA256>.deriveKey(
            inputKeyMaterial: key, salt: salt, info: Array(info.utf8) + [0], outputByteCount: count)
    }

    /// §2.3: the sequence number goes into the last octets.
    private static func nonce(_ base: [UInt8], _ number: Int) -> [UInt8] {
        var nonce = base
        for place in 0..<8 {
            nonce[base.count - 1 - place] ^= UInt8(truncatingIfNeeded: UInt64(number) >> UInt64(8 * place))
        }
        return nonce
    }

    private static func seal(_ record: Record, isLast: Bool, key: SymmetricKey, nonce: [UInt8]) -> [UInt8]? {
        let text = record.content + [isLast ? 2 : 1] + Array(repeating: 0, count: record.padding)
        guard let nonce = try? AES.GCM.Nonce(data: nonce), let box = try? AES.GCM.seal(text, using: key, nonce: nonce)
        else { return nil }
        return Array(box.ciphertext) + Array(box.tag)
    }
}
