/// A piece of a style sheet, its escapes resolved (CSS Syntax Level 3 §4).
enum StyleToken: Equatable {
    case identifier(String)
    /// A name with the parenthesis that begins its arguments.
    case function(String)
    case atKeyword(String)
    case hash(String)
    case string(String)
    case url(String)
    /// Digits with sign, point and exponent as written, and the unit: `%`, a name or nothing.
    case number(String, unit: String)
    case space
    /// Any other single character.
    case sign(UInt8)
    /// A string or address that was never closed rightly.
    case broken
}

/// Cuts octets into the pieces of a style sheet; comments are none.
struct StyleTokenizer {
    private let octets: [UInt8]
    private var position = 0

    init(_ octets: [UInt8]) { self.octets = octets }

    private func peek(_ offset: Int = 0) -> UInt8? {
        let place = position + offset
        return place < octets.count ? octets[place] : nil
    }

    /// Nil at the end.
    mutating func next() -> StyleToken? {
        skipComments()
        guard let octet = peek() else { return nil }
        if HTMLTreeBuilder.isSpace(octet) {
            while let octet = peek(), HTMLTreeBuilder.isSpace(octet) { position += 1 }
            return .space
        }
        switch octet {
        case 0x22, 0x27: return string(octet)
        case 0x23:
            position += 1
            if let octet = peek(), isName(octet) || beginsEscape(0) { return .hash(name()) }
            return .sign(octet)
        case 0x40:
            position += 1
            if beginsIdentifier(0) { return .atKeyword(name().lowercased()) }
            return .sign(octet)
        default: break
        }
        if beginsNumber() { return number() }
        if beginsIdentifier(0) { return identifier() }
        position += 1
        return .sign(octet)
    }

    private mutating func skipComments() {
        while peek() == 0x2F, peek(1) == 0x2A {
            position += 2
            while position < octets.count, !(peek() == 0x2A && peek(1) == 0x2F) { position += 1 }
            position = min(position + 2, octets.count)
        }
    }

    // MARK: Names

    private func isNameStart(_ octet: UInt8) -> Bool { (octet | 0x20) &- 0x61 < 26 || octet == 0x5F || octet >= 0x80 }

    private func isDigit(_ octet: UInt8) -> Bool { octet &- 0x30 < 10 }

    private func isName(_ octet: UInt8) -> Bool { isNameStart(octet) || isDigit(octet) || octet == 0x2D }

    private func beginsEscape(_ offset: Int) -> Bool {
        guard peek(offset) == 0x5C else { return false }
        guard let next = peek(offset + 1) else { return true }
        return next != 0x0A && next != 0x0D && next != 0x0C
    }

    private func beginsIdentifier(_ offset: Int) -> Bool {
        guard let octet = peek(offset) else { return false }
        if octet == 0x2D {
            guard let next = peek(offset + 1) else { return false }
            return isNameStart(next) || next == 0x2D || beginsEscape(offset + 1)
        }
        return isNameStart(octet) || beginsEscape(offset)
    }

    private mutating func name() -> String {
        var name: [UInt8] = []
        while let octet = peek() {
            if isName(octet) {
                name.append(octet)
                position += 1
            } else if beginsEscape(0) {
                name.append(contentsOf: escape())
            } else {
                break
            }
        }
        return String(decoding: name, as: UTF8.self)
    }

    /// What a reverse solidus and what follows it stand for.
    private mutating func escape() -> [UInt8] {
        position += 1
        guard let first = peek() else { return Array("\u{FFFD}".utf8) }
        var value: UInt32 = 0
        var digits = 0
        while digits < 6, let octet = peek(), let digit = hexadecimal(octet) {
            value = value << 4 | digit
            digits += 1
            position += 1
        }
        guard digits > 0 else {
            position += 1
            return [first]
        }
        if peek() == 0x0D, peek(1) == 0x0A { position += 1 }
        if let octet = peek(), HTMLTreeBuilder.isSpace(octet) { position += 1 }
        let scalar = value == 0 ? nil : Unicode.Scalar(value)
        return Array(String(scalar ?? "\u{FFFD}").utf8)
    }

    private func hexadecimal(_ octet: UInt8) -> UInt32? {
        if isDigit(octet) { return UInt32(octet - 0x30) }
        let lower = octet | 0x20
        return lower &- 0x61 < 6 ? UInt32(lower - 0x61) + 10 : nil
    }

    private mutating func identifier() -> StyleToken {
        let name = name()
        guard peek() == 0x28 else { return .identifier(name) }
        position += 1
        guard name.lowercased() == "url" else { return .function(name.lowercased()) }
        return url()
    }

    // MARK: Strings and addresses

    private mutating func string(_ quote: UInt8) -> StyleToken {
        position += 1
        var text: [UInt8] = []
        while let octet = peek() {
            if octet == quote {
                position += 1
                return .string(String(decoding: text, as: UTF8.self))
            }
            if octet == 0x0A || octet == 0x0D || octet == 0x0C { return .broken }
            if octet == 0x5C {
                if beginsEscape(0) {
                    text.append(contentsOf: escape())
                } else {
                    position += peek(1) == 0x0D && peek(2) == 0x0A ? 3 : 2
                }
            } else {
                text.append(octet)
                position += 1
            }
        }
        return .string(String(decoding: text, as: UTF8.self))
    }

    /// The address after `url(`, with quotes or without, to its parenthesis or to the end.
    private mutating func url() -> StyleToken {
        skipSpace()
        if let quote = peek(), quote == 0x22 || quote == 0x27 {
            guard case .string(let text) = string(quote) else { return broken() }
            skipSpace()
            guard let octet = peek() else { return .url(text) }
            guard octet == 0x29 else { return broken() }
            position += 1
            return .url(text)
        }
        var text: [UInt8] = []
        while let octet = peek() {
            if octet == 0x29 {
                position += 1
                break
            }
            if HTMLTreeBuilder.isSpace(octet) {
                skipSpace()
                guard peek() == nil || peek() == 0x29 else { return broken() }
            } else if octet == 0x22 || octet == 0x27 || octet == 0x28 || octet < 0x20 {
                return broken()
            } else if octet == 0x5C {
                guard beginsEscape(0) else { return broken() }
                text.append(contentsOf: escape())
            } else {
                text.append(octet)
                position += 1
            }
        }
        return .url(String(decoding: text, as: UTF8.self))
    }

    private mutating func skipSpace() {
        while let octet = peek(), HTMLTreeBuilder.isSpace(octet) { position += 1 }
    }

    /// Goes to the end of an address that is none.
    private mutating func broken() -> StyleToken {
        while let octet = peek() {
            if octet == 0x5C { position += 1 }
            position += 1
            if octet == 0x29 { break }
        }
        position = min(position, octets.count)
        return .broken
    }

    // MARK: Numbers

    private func beginsNumber() -> Bool {
        var offset = 0
        if peek() == 0x2B || peek() == 0x2D { offset = 1 }
        guard let octet = peek(offset) else { return false }
        if isDigit(octet) { return true }
        return octet == 0x2E && peek(offset + 1).map(isDigit) == true
    }

    private mutating func number() -> StyleToken {
        let start = position
        position += 1
        takeDigits()
        if octets[start] != 0x2E, peek() == 0x2E, peek(1).map(isDigit) == true {
            position += 1
            takeDigits()
        }
        if let octet = peek(), octet | 0x20 == 0x65 {
            let sign = peek(1) == 0x2B || peek(1) == 0x2D ? 2 : 1
            if peek(sign).map(isDigit) == true {
                position += sign
                takeDigits()
            }
        }
        let text = String(decoding: octets[start..<position], as: UTF8.self)
        if peek() == 0x25 {
            position += 1
            return .number(text, unit: "%")
        }
        return .number(text, unit: beginsIdentifier(0) ? name().lowercased() : "")
    }

    private mutating func takeDigits() {
        while let octet = peek(), isDigit(octet) { position += 1 }
    }
}
