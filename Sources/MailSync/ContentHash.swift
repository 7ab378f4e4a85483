import Crypto

/// SHA-256 of a message without the fields that servers write into the messages they keep: what they show of one message
/// may change from session to session.
struct ContentHash {
    /// In lower case.
    private static let written: Set<String> = [
        "status", "x-status", "x-uid", "x-uidl", "x-imap", "x-imapbase", "x-keywords", "content-length",
    ]
    /// A header that is longer counts as it is.
    private static let headerLimit = 1024 * 1024

    private var hash = SHA256()
    private var header: [UInt8] = []
    private var isPastHeader = false

    mutating func update(_ octets: UnsafeRawBufferPointer) {
        guard !isPastHeader else { return hash.update(bufferPointer: octets) }
        let seen = header.count
        header += octets
        if let end = Self.end(of: header, from: seen) {
            endHeader(Self.sifted(header[..<end]), rest: header[end...])
        } else if header.count > Self.headerLimit {
            endHeader([], rest: header[...])
        }
    }

    mutating func finalize() -> [UInt8] {
        if !isPastHeader { endHeader(Self.sifted(header[...]), rest: []) }
        return Array(hash.finalize())
    }

    private mutating func endHeader(_ fields: [UInt8], rest: ArraySlice<UInt8>) {
        hash.update(data: fields)
        hash.update(data: Array(rest))
        header = []
        isPastHeader = true
    }

    /// Where the empty line begins that ends a header; octets before `from` were looked at.
    private static func end(of header: [UInt8], from: Int) -> Int? {
        var line = from == 0 ? 0 : (header[..<from].lastIndex(of: 0x0A) ?? -1) + 1
        while line < header.count {
            if header[line] == 0x0A { return line }
            guard line + 1 < header.count else { return nil }
            if header[line] == 0x0D, header[line + 1] == 0x0A { return line }
            guard let newline = header[line...].firstIndex(of: 0x0A) else { return nil }
            line = newline + 1
        }
        return nil
    }

    private static func sifted(_ header: ArraySlice<UInt8>) -> [UInt8] {
        var kept: [UInt8] = []
        var isKept = true
        for line in header.split(separator: 0x0A) {
            if let first = line.first, first != 0x20, first != 0x09 {
                let name = line.prefix { $0 != UInt8(ascii: ":") && $0 != 0x20 && $0 != 0x09 }
                isKept = !written.contains(String(decoding: name, as: UTF8.self).lowercased())
            }
            if isKept { kept += line + [0x0A] }
        }
        return kept
    }
}
