/// What a reader of mbox tells of what it reads.
public protocol MboxHandler {
    /// A message begins behind this separator line (`From …`).
    mutating func begin(separator: UnsafeRawBufferPointer) throws
    /// Octets of the message, its lines ended by CRLF and without mbox's quoting.
    mutating func octets(_ bytes: UnsafeRawBufferPointer) throws
    mutating func end() throws
}

/// Splits an mbox file into messages, in constant memory whatever their size.
///
/// A message begins at a line `From ` that stands at the file's beginning or behind an empty line, that has a date
/// (or nothing) behind it, and that a header field follows. One `>` is taken from lines of `>…>From ` (mboxrd; of
/// mboxo the same for what it quoted). Lines may end with LF or CRLF; the empty line before a separator is the file's.
public struct MboxReader {
    /// A line that is longer is no separator; its octets are handed on as they come.
    private static let lineLimit = 4096
    private static let pieceSize = 64 * 1024

    private var line: [UInt8] = []
    private var isInLongLine = false
    private var output: [UInt8] = []
    private var isInMessage = false
    private var isBlankHeld = false
    private var separator: [UInt8]?
    /// Whether the file has begun with a separator; nil while it has no line yet.
    public private(set) var isMbox: Bool?

    public init() {}

    public mutating func take(_ bytes: UnsafeRawBufferPointer, to handler: inout some MboxHandler) throws {
        var rest = bytes
        while !rest.isEmpty {
            guard let end = rest.firstIndex(of: 0x0A) else {
                line.append(contentsOf: rest)
                return try passLongLine(to: &handler)
            }
            let part = UnsafeRawBufferPointer(rebasing: rest[..<end])
            rest = UnsafeRawBufferPointer(rebasing: rest[(end + 1)...])
            if line.isEmpty, !isInLongLine {
                try whole(part, to: &handler)
            } else {
                line.append(contentsOf: part)
                try endLine(to: &handler)
            }
        }
    }

    /// The file is over.
    public mutating func finish(to handler: inout some MboxHandler) throws {
        if !line.isEmpty || isInLongLine { try endLine(to: &handler) }
        if separator != nil { try dropSeparator(to: &handler) }
        if isInMessage { try endMessage(to: &handler) }
    }

    private mutating func endLine(to handler: inout some MboxHandler) throws {
        let octets = line
        line.removeAll(keepingCapacity: true)
        if isInLongLine {
            isInLongLine = false
            try octets.withUnsafeBytes { try emit(Self.withoutCR($0), isLineEnd: true, to: &handler) }
        } else {
            try octets.withUnsafeBytes { try whole($0, to: &handler) }
        }
    }

    private mutating func passLongLine(to handler: inout some MboxHandler) throws {
        guard line.count > Self.lineLimit else { return }
        if !isInLongLine {
            if separator != nil { try dropSeparator(to: &handler) }
            try beginBody(to: &handler)
            isInLongLine = true
        }
        // The last octet may be the CR of the line's end.
        let octets = line
        line = Array(octets.suffix(1))
        try octets.withUnsafeBytes {
            try emit(UnsafeRawBufferPointer(rebasing: $0.dropLast()), isLineEnd: false, to: &handler)
        }
    }

    private static func withoutCR(_ line: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        line.last == 0x0D ? UnsafeRawBufferPointer(rebasing: line.dropLast()) : line
    }

    /// One whole line without its LF.
    private mutating func whole(_ octets: UnsafeRawBufferPointer, to handler: inout some MboxHandler) throws {
        let line = Self.withoutCR(octets)
        if let candidate = separator {
            guard Self.mayFollow(candidate, line) else {
                try dropSeparator(to: &handler)
                return try whole(octets, to: &handler)
            }
            separator = nil
            if isInMessage { try endMessage(to: &handler) }
            isMbox = true
            isInMessage = true
            isBlankHeld = false
            try candidate.withUnsafeBytes { try handler.begin(separator: $0) }
        } else if !isInMessage || isBlankHeld, Self.isSeparator(line) {
            separator = Array(line)
            return
        }
        try body(line, to: &handler)
    }

    private mutating func body(_ line: UnsafeRawBufferPointer, to handler: inout some MboxHandler) throws {
        guard !line.isEmpty else {
            if isInMessage {
                if isBlankHeld { try emit(line, isLineEnd: true, to: &handler) }
                isBlankHeld = true
            }
            return
        }
        try beginBody(to: &handler)
        try emit(Self.unquoted(line), isLineEnd: true, to: &handler)
    }

    /// Something that is no empty line and no separator comes next.
    private mutating func beginBody(to handler: inout some MboxHandler) throws {
        if isMbox == nil { isMbox = false }
        guard isBlankHeld else { return }
        isBlankHeld = false
        try emit(UnsafeRawBufferPointer(start: nil, count: 0), isLineEnd: true, to: &handler)
    }

    /// What looked like a separator is text.
    private mutating func dropSeparator(to handler: inout some MboxHandler) throws {
        guard let text = separator else { return }
        separator = nil
        try text.withUnsafeBytes { try body($0, to: &handler) }
    }

    private mutating func emit(
        _ octets: UnsafeRawBufferPointer, isLineEnd: Bool, to handler: inout some MboxHandler
    ) throws {
        guard isInMessage else { return }
        output.append(contentsOf: octets)
        if isLineEnd {
            output.append(0x0D)
            output.append(0x0A)
        }
        if output.count >= Self.pieceSize { try flush(to: &handler) }
    }

    private mutating func flush(to handler: inout some MboxHandler) throws {
        guard !output.isEmpty else { return }
        try output.withUnsafeBytes { try handler.octets($0) }
        output.removeAll(keepingCapacity: true)
    }

    private mutating func endMessage(to handler: inout some MboxHandler) throws {
        try flush(to: &handler)
        isInMessage = false
        isBlankHeld = false
        try handler.end()
    }
}

extension MboxReader {
    private static let from = Array("From ".utf8)

    static func isSeparator(_ line: UnsafeRawBufferPointer) -> Bool {
        guard line.starts(with: from) else { return false }
        let rest = line.dropFirst(from.count)
        // QUIRK: Thunderbird writes separators without sender and date.
        return rest.allSatisfy { $0 == 0x20 } || hasTime(rest) && hasMonthAndYear(rest)
    }

    private static func isDigit(_ octet: UInt8) -> Bool { (0x30...0x39).contains(octet) }

    private static func hasTime(_ octets: Slice<UnsafeRawBufferPointer>) -> Bool {
        octets.indices.contains { index in
            octets[index] == UInt8(ascii: ":") && index > octets.startIndex && index + 2 < octets.endIndex
                && isDigit(octets[index - 1]) && isDigit(octets[index + 1]) && isDigit(octets[index + 2])
        }
    }

    private static let months = Set(
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"].map { Array($0.utf8) })

    private static func hasMonthAndYear(_ octets: Slice<UnsafeRawBufferPointer>) -> Bool {
        let words = octets.split(separator: 0x20)
        let hasYear = words.contains { word in
            word.count == 4 && word.allSatisfy(isDigit)
                && (word.first == UInt8(ascii: "1") || word.first == UInt8(ascii: "2"))
        }
        return hasYear && words.contains { $0.count == 3 && months.contains(Array($0)) }
    }

    /// A message begins with a header field, or with the empty line behind an empty header where the separator has a date.
    private static func mayFollow(_ separator: [UInt8], _ line: UnsafeRawBufferPointer) -> Bool {
        if line.isEmpty { return separator.count > from.count + 1 }
        if isQuoted(line) { return true }
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > 0 else { return false }
        return line[..<colon].allSatisfy { (0x21...0x7E).contains($0) }
    }

    private static func isQuoted(_ line: UnsafeRawBufferPointer) -> Bool {
        line.first == UInt8(ascii: ">") && line.drop { $0 == UInt8(ascii: ">") }.starts(with: from)
    }

    static func unquoted(_ line: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        isQuoted(line) ? UnsafeRawBufferPointer(rebasing: line.dropFirst()) : line
    }
}
