import Crypto

/// One file of the web client as it is answered.
public struct WebFile: Sendable {
    /// Below the client's folder, with slashes: `core/dom.js`.
    public let path: String
    /// The media type, with its character set where it is text.
    public let type: String
    public let octets: [UInt8]
    /// The octets as one zstd frame (RFC 8878), where that is smaller and the file stays what it is.
    public let compressed: [UInt8]?
    /// Another one for other octets: the first 80 bits of their SHA-256, in hexadecimal digits.
    public let tag: String

    /// Nil for a file whose type is not one of the client's.
    init?(path: String, octets: [UInt8], isCompressed: Bool) {
        guard let type = WebFileType(path: path) else { return nil }
        self.path = path
        self.type = type.mediaType
        self.octets = octets
        compressed = isCompressed && type.isText ? Compression.frame(octets) : nil
        tag = SHA256.hash(data: octets).hexadecimal
    }
}

extension SHA256.Digest {
    /// Enough of it that two versions never meet.
    var hexadecimal: String {
        let digits = Array("0123456789abcdef".utf8)
        let octets = prefix(10).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
        return String(decoding: octets, as: UTF8.self)
    }
}
