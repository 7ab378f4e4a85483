import MailModel

/// Reads an address-list (RFC 5322 §3.4 and its obsolete forms) as well as it can be read.
///
/// What it does with what is not one: text without an `@` and without angle brackets is an address whose email is that
/// text (RFC 8621 §4.1.2.3 allows it); words before an address without angle brackets are its name; a group or bracket
/// that never ends, ends with the value.
struct AddressParser {
    private let bytes: UnsafeRawBufferPointer
    private let limit: Int
    private var scanner: TokenScanner
    private var encodedWords: EncodedWordReader
    private var steps = 0
    private var groups: [AddressGroup] = []
    /// Whether the last of `groups` is a group of the message's, still open.
    private var isInGroup = false
    /// Whether the last of `groups` collects addresses that stand in no group.
    private var isCollectingLoose = false
    private var count = 0
    private var words: [PhraseWord] = []
    /// Whether one of `words` holds an `@`.
    private var hasAt = false
    private var comment: Range<Int>?

    /// Whether there were more addresses than `limit`.
    private(set) var isOverLimit = false

    /// Tokens and words looked at: what tests count to see that the work is linear.
    var work: Int { steps + encodedWords.work }

    init(_ value: UnsafeRawBufferPointer, limit: Int) {
        bytes = value
        self.limit = limit
        scanner = TokenScanner(value)
        encodedWords = EncodedWordReader(value)
    }

    /// The whole list, addresses outside groups collected under nameless ones in their order (RFC 8621 §4.1.2.4).
    mutating func parse() -> [AddressGroup] {
        while !isOverLimit {
            let before = scanner.position
            steps += 1
            if let found = scanner.skipCFWS() { comment = found }
            guard let octet = scanner.current else { break }
            read(octet, spaceBefore: scanner.position > before)
        }
        finishAddress()
        return groups
    }

    private mutating func read(_ octet: UInt8, spaceBefore: Bool) {
        switch octet {
        case ASCII.comma:
            scanner.position += 1
            finishAddress()
        case ASCII.semicolon:
            scanner.position += 1
            finishAddress()
            isInGroup = false
        case ASCII.colon:
            scanner.position += 1
            beginGroup()
        case ASCII.greater:
            // Left over from an address whose `<` is missing.
            scanner.position += 1
        case ASCII.less:
            readAngleAddress()
        case ASCII.quote:
            guard let quoted = readQuoted() else { return }
            words.append(PhraseWord(range: quoted, kind: .quoted, spaceBefore: spaceBefore))
        default:
            readAtom(spaceBefore: spaceBefore)
        }
    }

    /// A colon after words that are no address begins a group, one that is still open ends with that; any other is
    /// nothing.
    private mutating func beginGroup() {
        guard !words.isEmpty, !hasAt, countOne() else { return }
        groups.append(AddressGroup(name: phrase(bytes, words[...]), addresses: []))
        (isInGroup, isCollectingLoose) = (true, false)
        clear()
    }

    /// A quoted string with its quotes. QUIRK: a `"` without another is skipped alone, so that what follows is still read;
    /// after the first such none is tried again.
    private mutating func readQuoted() -> Range<Int>? {
        let start = scanner.position
        if !scanner.endsOpen { _ = scanner.readQuotedString() }
        guard scanner.endsOpen else { return start..<scanner.position }
        scanner.position = start + 1
        return nil
    }

    private mutating func readAtom(spaceBefore: Bool) {
        let start = scanner.position
        if bytes[start] == ASCII.equals, let word = encodedWords.read(at: start) {
            scanner.position = word.end
            words.append(PhraseWord(range: start..<word.end, kind: .encoded(word), spaceBefore: spaceBefore))
            return
        }
        var hasAt = false
        while let octet = scanner.current {
            if octet == ASCII.openBracket, hasAt {
                _ = scanner.scan(until: { $0 == ASCII.closeBracket })
            } else if AddressParser.endsAtom(octet), scanner.position > start {
                break
            } else if octet == ASCII.at {
                hasAt = true
            }
            scanner.position = min(scanner.position + 1, bytes.count)
        }
        self.hasAt = self.hasAt || hasAt
        words.append(
            PhraseWord(range: start..<scanner.position, kind: .atom, spaceBefore: spaceBefore, hasAt: hasAt))
    }

    private static func endsAtom(_ octet: UInt8) -> Bool {
        switch octet {
        case ASCII.comma, ASCII.semicolon, ASCII.colon, ASCII.less, ASCII.greater, ASCII.quote,
            ASCII.openParenthesis, ASCII.space, ASCII.tab, ASCII.cr, ASCII.lf, ASCII.nul:
            true
        default: false
        }
    }

    /// `<` up to `>`; a source route (`@one,@two:`) is dropped, comments and white space too (RFC 5322 §4.4).
    private mutating func readAngleAddress() {
        scanner.position += 1
        var email: [UInt8] = []
        reading: while let octet = scanner.current {
            switch octet {
            case ASCII.greater:
                scanner.position += 1
                break reading
            case ASCII.comma where email.first != ASCII.at:
                // A `>` is missing: a comma stands only in a source route or between quotes.
                break reading
            case ASCII.less:
                scanner.position += 1
            case ASCII.openParenthesis:
                _ = scanner.readComment()
            case ASCII.quote:
                if let quoted = readQuoted() { email.append(contentsOf: bytes[quoted]) }
            case ASCII.colon where email.first == ASCII.at:
                email.removeAll(keepingCapacity: true)
                scanner.position += 1
            default:
                if !ASCII.isWhiteSpace(octet) { email.append(octet) }
                scanner.position += 1
            }
        }
        let name = phrase(bytes, words[...])
        clear()
        // What stands between `>` and the next comma is nobody's; only a comment there may name the address.
        if let found = scanner.skipCFWS() { comment = found }
        if let octet = scanner.current, octet != ASCII.comma, octet != ASCII.semicolon, octet != ASCII.less,
            octet != ASCII.quote
        {
            _ = scanner.scan(until: AddressParser.endsAtom)
        }
        append(Address(name: name ?? commentName(), email: email.withUnsafeBytes { plainText($0) }))
        clear()
    }

    private mutating func finishAddress() {
        defer { clear() }
        guard !words.isEmpty else { return }
        steps += words.count
        let found = addressWords()
        let email = found.reduce(into: [UInt8]()) { $0.append(contentsOf: bytes[words[$1].range]) }
        let text = email.withUnsafeBytes { plainText($0) }
        if !hasAt, words.count > 1 {
            // Not an address at all: the words as they stand, with their spaces.
            return append(Address(name: nil, email: phrase(bytes, words[...]) ?? text))
        }
        let name = found.lowerBound > 0 ? phrase(bytes, words[..<found.lowerBound]) : nil
        append(Address(name: name ?? commentName(), email: text))
    }

    /// Which of the words are the address: around the last `@`, those that touch it, or that only spaces beside the `@`
    /// or a dot keep apart (RFC 5322 §4.4). All of them when there is no `@`.
    private func addressWords() -> Range<Int> {
        guard hasAt, let at = words.lastIndex(where: \.hasAt) else { return words.indices }
        var lower = at
        while lower > 0, joins(lower - 1, lower) { lower -= 1 }
        var upper = at + 1
        while upper < words.count, joins(upper - 1, upper) { upper += 1 }
        return lower..<upper
    }

    private func joins(_ one: Int, _ two: Int) -> Bool {
        if !words[two].spaceBefore { return true }
        let last = bytes[words[one].range.upperBound - 1]
        let first = bytes[words[two].range.lowerBound]
        return last == ASCII.at || last == ASCII.dot || first == ASCII.at || first == ASCII.dot
    }

    private func commentName() -> String? {
        guard let comment else { return nil }
        let text = unquoted(bytes, comment).withUnsafeBytes { decodedText($0.slice($0.trimmed(0..<$0.count))) }
        return text.isEmpty ? nil : text
    }

    private mutating func append(_ address: Address) {
        guard !address.email.isEmpty || address.name != nil, countOne() else { return }
        if !isInGroup, !isCollectingLoose {
            groups.append(AddressGroup(name: nil, addresses: []))
            isCollectingLoose = true
        }
        groups[groups.count - 1].addresses.append(address)
    }

    /// Counts an address or a group; false when that is one too many.
    private mutating func countOne() -> Bool {
        isOverLimit = isOverLimit || count >= limit
        count += 1
        return !isOverLimit
    }

    private mutating func clear() {
        hasAt = false
        words.removeAll(keepingCapacity: true)
        comment = nil
    }
}
