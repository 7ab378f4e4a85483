import NIOCore

/// Reads one line from left to right: blanks, words and numbers. Never fails by trapping: what is not there is nil.
struct LineCursor {
    private(set) var rest: ByteBufferView

    init(_ line: ByteBuffer) { rest = line.readableBytesView }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func skipBlanks() {
        rest = rest.drop(while: \.isBlank)
    }

    /// The octets up to the next blank, after any blanks before them; empty at the end of the line.
    mutating func word() -> ByteBufferView {
        skipBlanks()
        let word = rest.prefix { !$0.isBlank }
        rest = rest.dropFirst(word.count)
        return word
    }

    /// A whole word of 1 to 18 digits; nil, and nothing consumed, for anything else.
    mutating func number() -> Int? {
        var ahead = self
        let word = ahead.word()
        guard (1...18).contains(word.count) else { return nil }
        var value = 0
        for byte in word {
            guard byte.isDigit else { return nil }
            value = value * 10 + Int(byte - 0x30)
        }
        self = ahead
        return value
    }

    /// A whole word that numbers a message; nil, and nothing consumed, for anything else.
    mutating func messageNumber() -> MessageNumber? {
        var ahead = self
        guard let value = ahead.number(), let number = MessageNumber(value) else { return nil }
        self = ahead
        return number
    }
}
