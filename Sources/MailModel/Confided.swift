/// What was told to the other end in confidence, to find it again in what that end says: some repeat what they heard, in
/// part or in the form in which it was sent, and their words go to logs and to people.
public struct Confided: Sendable {
    /// So many octets in a row are no chance. What is shorter is looked for as a whole.
    private static let length = 12
    /// Two octets are in every text.
    private static let shortest = 3

    private var parts: [Secret] = []

    public init() {}

    /// Remembers octets that were sent, or that were made into what was sent.
    public mutating func add(_ octets: some Collection<UInt8>) {
        guard octets.count >= Self.shortest else { return }
        parts.append(Secret(bytes: octets))
    }

    /// Remembers what is secret in lines of a client's, as they go out: all of a line but a command's name and what is
    /// known not to be secret.
    public mutating func add(lines octets: some BidirectionalCollection<UInt8>) {
        for line in octets.split(separator: 0x0A) {
            let line = line.last == 0x0D ? line.dropLast() : line
            let words = line.split(separator: 0x20, maxSplits: 2)
            switch words.first.map({ String(decoding: $0, as: UTF8.self).uppercased() }) {
            case "PASS": add(line.dropFirst(5))
            case "AUTH", "APOP": if words.count > 2 { add(words[2]) }
            case "USER", "CAPA", "STLS", nil: break
            default: add(line)
            }
        }
    }

    /// Whether the text repeats any of it.
    public func occurs(in text: some Collection<UInt8>) -> Bool {
        let text = Array(text)
        guard !parts.isEmpty, text.count >= Self.shortest else { return false }
        let ends = text.count - Self.length
        let windows: Set<ArraySlice<UInt8>> = ends < 0 ? [] : Set((0...ends).map { text[$0..<$0 + Self.length] })
        return parts.contains { part in
            part.withBytes { part in
                guard part.count >= Self.length else { return Self.contains(text, part) }
                return (0...part.count - Self.length).contains { windows.contains(part[$0..<$0 + Self.length]) }
            }
        }
    }

    private static func contains(_ text: [UInt8], _ part: [UInt8]) -> Bool {
        text.count >= part.count
            && (0...text.count - part.count).contains { text[$0..<$0 + part.count].elementsEqual(part) }
    }
}
