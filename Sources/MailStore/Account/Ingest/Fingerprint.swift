import Crypto
import Glibc

/// What stays the same of a message when a server renumbers its messages; docs/fingerprint.md fixes it for ever.
public enum Fingerprint {
    /// - Parameters:
    ///   - message: the message, or its header alone as TOP with no lines gives it.
    ///   - octets: of the whole message, as received.
    /// - Returns: 32 octets.
    public static func of(_ message: UnsafeRawBufferPointer, octets: Int) -> [UInt8] {
        FingerprintFields(message).fingerprint(octets: octets)
    }
}

/// The header fields that a fingerprint is made of.
package struct FingerprintFields: Hashable, Sendable {
    private static let names = ["message-id", "date", "from", "to", "subject"]
    private static let spelled = names.map { Array($0.utf8) }
    /// Octets of the header that are looked at.
    package static let headerLimit = 1024 * 1024

    /// In the order of `names`, unfolded.
    private var values: [[UInt8]?]

    /// - Parameter message: the message, or its header alone.
    package init(_ message: UnsafeRawBufferPointer) {
        values = [[UInt8]?](repeating: nil, count: Self.names.count)
        var isTaking: Int?
        for line in HeaderLines(UnsafeRawBufferPointer(rebasing: message.prefix(Self.headerLimit))) {
            if let first = line.first, first == 0x20 || first == 0x09 {
                if let isTaking { values[isTaking]?.append(contentsOf: UnsafeRawBufferPointer(rebasing: line)) }
                continue
            }
            isTaking = nil
            guard Self.mayBeNamed(line), let colon = line.firstIndex(of: UInt8(ascii: ":")) else { continue }
            let name = line[..<colon]
            guard let index = Self.spelled.firstIndex(where: { Self.spells($0, name) }), values[index] == nil
            else { continue }
            values[index] = Array(UnsafeRawBufferPointer(rebasing: line[(colon + 1)...]))
            isTaking = index
        }
        values = values.map { $0.map(Self.unfolded) }
    }

    /// The fingerprint of the message that has these fields and so many octets.
    package func fingerprint(octets: Int) -> [UInt8] {
        Array((text + Self.end(octets)).withUnsafeBytes { SHA256.hash(data: $0) })
    }

    /// Everything but the size.
    fileprivate var text: [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(1024)
        text.append(contentsOf: "restante fingerprint 1\n".utf8)
        for (name, value) in zip(Self.names, values) {
            guard let value else { continue }
            text.append(contentsOf: name.utf8)
            text.append(UInt8(ascii: ":"))
            text.append(contentsOf: value)
            text.append(0x0A)
        }
        return text
    }

    fileprivate static func end(_ octets: Int) -> [UInt8] { Array("octets:\(octets)\n".utf8) }

    /// What finds a message whose size nobody knows for sure; nil when the fields say too little to tell messages apart:
    /// neither a Message-ID nor a date.
    package var mark: HeaderMark? { tellsMessagesApart ? HeaderMark(fingerprint(octets: 0)) : nil }

    fileprivate var tellsMessagesApart: Bool { values[0]?.isEmpty == false || values[1]?.isEmpty == false }

    /// Whether the line begins like one of the names: most fields of a header are others.
    private static func mayBeNamed(_ line: Slice<UnsafeRawBufferPointer>) -> Bool {
        switch line.first.map({ $0 | 0x20 }) {
        case UInt8(ascii: "m"), UInt8(ascii: "d"), UInt8(ascii: "f"), UInt8(ascii: "t"), UInt8(ascii: "s"): true
        default: false
        }
    }

    /// ASCII case aside, and without white space between the name and its colon.
    private static func spells(_ name: [UInt8], _ octets: Slice<UnsafeRawBufferPointer>) -> Bool {
        let octets = UnsafeRawBufferPointer(rebasing: octets)
        guard octets.count >= name.count else { return false }
        for index in name.indices {
            let octet = octets[index]
            guard ((0x41...0x5A).contains(octet) ? octet + 0x20 : octet) == name[index] else { return false }
        }
        return octets[name.count...].allSatisfy { $0 == 0x20 || $0 == 0x09 }
    }

    /// Every run of white space becomes one space; none at the ends.
    private static func unfolded(_ value: [UInt8]) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(value.count)
        var isInSpace = false
        for octet in value {
            if octet == 0x20 || octet == 0x09 || octet == 0x0D {
                isInSpace = true
                continue
            }
            if isInSpace, !text.isEmpty { text.append(0x20) }
            isInSpace = false
            text.append(octet)
        }
        return text
    }
}

/// What is kept of a header that was looked at, however long its fields are: enough to know the message by.
package struct HeaderPrint: Sendable {
    /// See ``FingerprintFields/mark``.
    package let mark: HeaderMark?
    /// Has taken in the fields, and waits for the size.
    private let hash: SHA256

    package init(_ fields: FingerprintFields) {
        var hash = SHA256()
        fields.text.withUnsafeBytes { hash.update(bufferPointer: $0) }
        self.hash = hash
        mark = fields.tellsMessagesApart ? HeaderMark(Self.fingerprint(hash, octets: 0)) : nil
    }

    /// The fingerprint of the message that has this header and so many octets.
    package func fingerprint(octets: Int) -> [UInt8] { Self.fingerprint(hash, octets: octets) }

    private static func fingerprint(_ fields: SHA256, octets: Int) -> [UInt8] {
        var hash = fields
        FingerprintFields.end(octets).withUnsafeBytes { hash.update(bufferPointer: $0) }
        return Array(hash.finalize())
    }
}

/// The first 16 octets of the fingerprint that a message would have with 0 octets: its header alone, whatever its size.
package struct HeaderMark: Hashable, Sendable {
    private let high: UInt64
    private let low: UInt64

    /// Nil when there are fewer than 16 octets.
    package init?(_ octets: some Collection<UInt8>) {
        guard octets.count >= 16 else { return nil }
        high = octets.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
        low = octets.dropFirst(8).prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }

    package var octets: [UInt8] {
        [high, low].flatMap { half in (0..<8).map { UInt8(truncatingIfNeeded: half >> UInt64(56 - 8 * $0)) } }
    }
}

/// The lines of a header up to the first empty one, each without its LF or CRLF.
private struct HeaderLines: Sequence, IteratorProtocol {
    private let octets: UnsafeRawBufferPointer
    private var position = 0

    init(_ octets: UnsafeRawBufferPointer) { self.octets = octets }

    mutating func next() -> Slice<UnsafeRawBufferPointer>? {
        guard position < octets.count, let base = octets.baseAddress else { return nil }
        let found = memchr(base + position, 0x0A, octets.count - position)
        let end = found.map { UnsafeRawPointer($0) - base } ?? octets.count
        var line = octets[position..<end]
        position = Swift.min(end + 1, octets.count)
        if line.last == 0x0D { line = line.dropLast() }
        if line.isEmpty { return nil }
        return line
    }
}
