import Crypto

/// What stays the same of a message when a server renumbers its messages; docs/fingerprint.md fixes it for ever.
public enum Fingerprint {
    private static let names = ["message-id", "date", "from", "to", "subject"]
    /// Octets of the header that are looked at.
    private static let headerLimit = 1024 * 1024

    /// - Parameters:
    ///   - message: the message, or its header alone as TOP with no lines gives it.
    ///   - octets: of the whole message, as received.
    /// - Returns: 32 octets.
    public static func of(_ message: UnsafeRawBufferPointer, octets: Int) -> [UInt8] {
        var values = [[UInt8]?](repeating: nil, count: names.count)
        var isTaking: Int?
        for line in HeaderLines(UnsafeRawBufferPointer(rebasing: message.prefix(headerLimit))) {
            if let first = line.first, first == 0x20 || first == 0x09 {
                if let isTaking { values[isTaking]?.append(contentsOf: line) }
                continue
            }
            isTaking = nil
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { continue }
            let name = line[..<colon]
            guard let index = names.firstIndex(where: { Self.spells($0, name) }), values[index] == nil else { continue }
            values[index] = Array(line[(colon + 1)...])
            isTaking = index
        }
        var hash = SHA256()
        hash.update(data: Array("restante fingerprint 1\n".utf8))
        for (name, value) in zip(names, values) {
            guard let value else { continue }
            hash.update(data: Array(name.utf8) + [UInt8(ascii: ":")] + unfolded(value) + [0x0A])
        }
        hash.update(data: Array("octets:\(octets)\n".utf8))
        return Array(hash.finalize())
    }

    /// ASCII case aside, and without white space between the name and its colon.
    private static func spells(_ name: String, _ octets: Slice<UnsafeRawBufferPointer>) -> Bool {
        var octets = octets
        while octets.last == 0x20 || octets.last == 0x09 { octets = octets.dropLast() }
        return octets.count == name.utf8.count
            && zip(octets, name.utf8).allSatisfy { ((0x41...0x5A).contains($0) ? $0 + 0x20 : $0) == $1 }
    }

    /// Every run of white space becomes one space; none at the ends.
    private static func unfolded(_ value: [UInt8]) -> [UInt8] {
        value.split { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }.reduce(into: []) { text, word in
            if !text.isEmpty { text.append(0x20) }
            text.append(contentsOf: word)
        }
    }
}

/// The lines of a header up to the first empty one, each without its LF or CRLF.
private struct HeaderLines: Sequence, IteratorProtocol {
    private var rest: Slice<UnsafeRawBufferPointer>

    init(_ octets: UnsafeRawBufferPointer) { rest = octets[...] }

    mutating func next() -> Slice<UnsafeRawBufferPointer>? {
        guard !rest.isEmpty else { return nil }
        let end = rest.firstIndex(of: 0x0A) ?? rest.endIndex
        var line = rest[..<end]
        rest = end == rest.endIndex ? rest[end...] : rest[(end + 1)...]
        if line.last == 0x0D { line = line.dropLast() }
        if line.isEmpty { return nil }
        return line
    }
}
