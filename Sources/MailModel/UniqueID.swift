/// What POP3's UIDL returns for a message: opaque octets, meaningful only within one maildrop (RFC 1939 §7).
///
/// The RFC allows 1 to 70 characters from 0x21 to 0x7E; servers send longer ones, with spaces and with eight-bit
/// octets, so anything but CR, LF and NUL is kept up to `maximumLength` octets.
public struct UniqueID: Hashable, Sendable, CustomStringConvertible {
    /// The longest unique-id that is accepted, in octets.
    public static let maximumLength = 1_000

    public let bytes: [UInt8]

    /// Nil when `bytes` is empty, too long, or holds CR, LF or NUL.
    @inlinable
    public init?(_ bytes: some Collection<UInt8>) {
        guard !bytes.isEmpty, bytes.count <= Self.maximumLength,
            !bytes.contains(where: { $0 == 0x0D || $0 == 0x0A || $0 == 0 })
        else { return nil }
        self.bytes = Array(bytes)
    }

    /// For people: octets that are not printable ASCII are shown as `\xNN`.
    public var description: String {
        bytes.reduce(into: "") { text, byte in
            if (0x20...0x7E).contains(byte) {
                text.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                text += "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
            }
        }
    }
}
