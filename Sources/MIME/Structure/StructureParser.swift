import MailModel

/// Reads a message's parts in one pass over its lines. Open multiparts are a stack; a line that begins with `--` is looked
/// up once among their boundaries, so nesting costs nothing.
struct StructureParser {
    private let bytes: UnsafeRawBufferPointer
    private let limits: Limits.MIME
    private var defects: Defects = []
    private var boundaries = BoundarySet()
    /// The multiparts that `boundaries` belong to, outermost first.
    private var open: [Part] = []
    /// The part whose body is being read, if it is not a multipart.
    private var leaf: Part?
    private var finished: Part?
    private var partCount = 0
    private var position = 0
    private var lines = 0
    private var headerWork = 0

    init(_ bytes: UnsafeRawBufferPointer, limits: Limits.MIME) {
        self.bytes = bytes
        self.limits = limits
    }

    /// Lines looked at, octets of field names and delimiters compared: what tests count to see that the work is linear.
    var work: Int { lines + headerWork + boundaries.work }

    mutating func parse() -> MessageStructure {
        skipMailboxSeparator()
        beginPart(isInDigest: false)
        while !boundaries.isEmpty, let start = nextDashes() {
            let lineEnd = bytes.firstIndex(of: ASCII.lf, from: start, to: bytes.count).map { $0 + 1 } ?? bytes.count
            position = lineEnd
            if let match = boundaries.match(bytes, start, lineEnd) { delimiterFound(match, at: start) }
        }
        return finishMessage()
    }

    /// Where the next line begins, from the one at `position` on, that begins with two hyphens and goes on. Looked for are
    /// hyphens, not lines: an encoded attachment has thousands of lines and no hyphen.
    private mutating func nextDashes() -> Int? {
        var start = position
        while let hyphen = bytes.firstIndex(of: ASCII.hyphen, from: start, to: bytes.count) {
            lines += 1
            if hyphen == start || bytes[hyphen - 1] == ASCII.lf, hyphen + 2 < bytes.count,
                bytes[hyphen + 1] == ASCII.hyphen
            {
                return hyphen
            }
            guard let lineEnd = bytes.firstIndex(of: ASCII.lf, from: hyphen, to: bytes.count) else { return nil }
            start = lineEnd + 1
        }
        return nil
    }

    /// QUIRK: the `From ` line of mbox files, which relays left on some messages.
    private mutating func skipMailboxSeparator() {
        let start = bytes.first == ASCII.greater ? 1 : 0
        guard bytes.count >= start + 5, bytes.slice(start..<start + 5).elementsEqual("From ".utf8) else { return }
        var next = start + 5
        while next < bytes.count, bytes[next] == ASCII.space || bytes[next] == ASCII.tab { next += 1 }
        // "From : a@example.org" is a field all the same (RFC 5322 §4.5).
        guard next == bytes.count || bytes[next] != ASCII.colon else { return }
        position = bytes.firstIndex(of: ASCII.lf, from: 0, to: bytes.count).map { $0 + 1 } ?? bytes.count
    }

    private mutating func delimiterFound(_ match: BoundarySet.Match, at lineStart: Int) {
        let end = bodyEnd(before: lineStart)
        finishLeaf(at: end)
        while boundaries.count > match.level + 1 {
            leaveMultipartOpen(at: end)
        }
        if match.isClose { return closeMultipart(at: bytes.withoutLineEnd(lineStart, position)) }
        guard partCount < limits.parts else {
            defects.insert(.tooManyParts)
            while !boundaries.isEmpty { closeMultipart(at: bytes.count) }
            return
        }
        beginPart(isInDigest: open[match.level].subtype == "digest")
    }

    /// The line end before a delimiter belongs to the delimiter (RFC 2046 §5.1.1).
    private func bodyEnd(before lineStart: Int) -> Int { bytes.withoutLineEnd(0, lineStart) }

    private mutating func beginPart(isInDigest: Bool) {
        partCount += 1
        let start = position
        var reader = PartHeaderReader(limits: limits)
        var scanner = HeaderScanner(bytes, range: start..<bytes.count)
        let bodyStart = readHeader(from: start, &scanner, &reader)
        headerWork += scanner.work
        position = bodyStart
        var part = reader.part(headerRange: start..<bodyStart, bytes: bytes, isInDigest: isInDigest)
        defects.formUnion(reader.defects)
        if part.isMultipart {
            if boundaries.count >= min(limits.depth, Part.deepest) {
                defects.insert(.tooDeep)
                part.becomeLeaf(subtypeOf: "octet-stream")
            } else if let boundary = reader.boundary, !boundary.isEmpty, boundary.count <= BoundarySet.longest {
                boundaries.push(boundary)
                part.transferEncoding = .binary
                open.append(part)
                return
            } else {
                defects.insert(.notReallyMultipart)
                part.becomeLeaf(subtypeOf: "plain")
            }
        }
        leaf = part
    }

    private mutating func readHeader(
        from start: Int, _ scanner: inout HeaderScanner, _ reader: inout PartHeaderReader
    ) -> Int {
        while true {
            if !boundaries.isEmpty, isDelimiter(at: scanner.position) {
                defects.insert(.missingBlankLine)
                return scanner.position
            }
            switch scanner.next() {
            case .end(let bodyStart):
                return bodyStart
            case .notAField(let lineStart):
                defects.insert(.missingBlankLine)
                return lineStart
            case .field(let field):
                guard field.value.upperBound - start <= limits.headerBlock else {
                    defects.insert(.headerTooLong)
                    continue
                }
                reader.read(field, bytes)
            }
        }
    }

    private mutating func isDelimiter(at start: Int) -> Bool {
        guard start + 2 < bytes.count, bytes[start] == ASCII.hyphen, bytes[start + 1] == ASCII.hyphen else {
            return false
        }
        let lineEnd = bytes.firstIndex(of: ASCII.lf, from: start, to: bytes.count).map { $0 + 1 } ?? bytes.count
        return boundaries.match(bytes, start, lineEnd) != nil
    }

    private mutating func finishLeaf(at end: Int) {
        guard var part = leaf else { return }
        leaf = nil
        part.bodyRange = part.bodyRange.lowerBound..<max(part.bodyRange.lowerBound, end)
        part.decodedSize = TransferDecoder.decodedSize(bytes.slice(part.bodyRange), encoding: part.transferEncoding)
        attach(part)
    }

    private mutating func leaveMultipartOpen(at end: Int) {
        if open.last?.children.isEmpty == false { defects.insert(.missingCloseDelimiter) }
        closeMultipart(at: end)
    }

    private mutating func closeMultipart(at end: Int) {
        boundaries.pop()
        guard var part = open.popLast() else { return }
        let inner = part.children.last?.bodyRange.upperBound ?? part.bodyRange.lowerBound
        part.bodyRange = part.bodyRange.lowerBound..<max(inner, end)
        part.decodedSize = part.bodyRange.count
        if part.children.isEmpty {
            defects.insert(.notReallyMultipart)
            part.becomeLeaf(subtypeOf: "plain")
        }
        attach(part)
    }

    private mutating func attach(_ part: Part) {
        if open.isEmpty {
            finished = part
        } else {
            open[open.count - 1].children.append(part)
        }
    }

    private mutating func finishMessage() -> MessageStructure {
        finishLeaf(at: bytes.count)
        while !boundaries.isEmpty {
            leaveMultipartOpen(at: bytes.count)
        }
        var root = finished ?? Part(headerRange: 0..<0, bodyRange: 0..<bytes.count)
        root.number(root.isMultipart ? [] : [1])
        return MessageStructure(root: root, defects: defects)
    }
}

extension Part {
    /// Makes an unreadable multipart something that can be shown or saved.
    mutating func becomeLeaf(subtypeOf subtype: String) {
        type = subtype == "plain" ? "text" : "application"
        self.subtype = subtype
        charset = subtype == "plain" ? "us-ascii" : nil
    }

    /// Gives it and everything in it their sections.
    mutating func number(_ section: [Int]) {
        self.section = section
        for index in children.indices { children[index].number(section + [index + 1]) }
    }
}
