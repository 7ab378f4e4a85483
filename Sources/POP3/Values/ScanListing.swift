package import NIOCore

/// What LIST returns (RFC 1939 §5): the octets of each message. Twelve bytes of memory a message.
public struct ScanListing: Hashable, Sendable {
    public struct Element: Hashable, Sendable {
        public var number: MessageNumber
        /// As the server counts: see `MaildropSize.octets`.
        public var octets: Int

        public init(number: MessageNumber, octets: Int) {
            self.number = number
            self.octets = octets
        }
    }

    private var numbers: [Int32] = []
    private var octets: [Int] = []
    private var isAscending = true
    /// Lines that could not be read, and second lines for one number.
    public private(set) var malformedLines = 0

    public init() {}

    /// The octets of one message; nil when the listing has no line for it.
    public func octets(of number: MessageNumber) -> Int? {
        guard let index = index(of: number.rawValue) else { return nil }
        return octets[index]
    }

    package mutating func append(_ element: Element) {
        if let last = numbers.last, last >= element.number.rawValue { isAscending = false }
        numbers.append(element.number.rawValue)
        octets.append(element.octets)
    }

    /// Takes in one line, `number octets`; more text may follow (RFC 1939 §11).
    package mutating func read(line: ByteBuffer) {
        var cursor = LineCursor(line)
        cursor.skipStatusPrefix()
        guard let number = cursor.messageNumber(), let octets = cursor.number() else {
            malformedLines += 1
            return
        }
        append(Element(number: number, octets: octets))
    }

    /// Sorts a listing that did not come in order; of two lines for one number the first counts.
    package mutating func finish() {
        guard !isAscending else { return }
        let order = numbers.indices.sorted { (numbers[$0], $0) < (numbers[$1], $1) }
        var sorted = ScanListing()
        sorted.malformedLines = malformedLines
        for index in order {
            if sorted.numbers.last == numbers[index] {
                sorted.malformedLines += 1
            } else {
                sorted.numbers.append(numbers[index])
                sorted.octets.append(octets[index])
            }
        }
        self = sorted
    }

    private func index(of number: Int32) -> Int? {
        // Without gaps the number is the position.
        let guess = Int(number) - 1
        if guess < numbers.count, numbers[guess] == number { return guess }
        var low = 0
        var high = numbers.count
        while low < high {
            let middle = (low + high) / 2
            if numbers[middle] < number { low = middle + 1 } else { high = middle }
        }
        return low < numbers.count && numbers[low] == number ? low : nil
    }
}

extension ScanListing: RandomAccessCollection {
    public var startIndex: Int { 0 }
    public var endIndex: Int { numbers.count }

    public subscript(position: Int) -> Element {
        Element(number: MessageNumber(validated: numbers[position]), octets: octets[position])
    }
}

extension LineCursor {
    /// QUIRK: every line of a listing begins with `+OK`; Tests/Corpus/pop3/client/listing-ok-prefix.transcript
    mutating func skipStatusPrefix() {
        var ahead = self
        if ahead.word().matches(asciiCaseInsensitive: "+OK") { self = ahead }
    }
}
