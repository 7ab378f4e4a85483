import Foundation

/// An endless mailbox of invented messages: conversations, charsets, encoded-words, alternatives, attachments, lists.
///
/// Everything follows from the seed and the shape: the same index gives the same octets on every machine, in any order
/// of asking, so that a test can fetch a message from a server and compare it with what it asks for here.
public struct SampleMail: Sendable {
    /// How large the messages are and when they were sent.
    public struct Shape: Sendable {
        /// Over how many messages `span` is spread; more may be asked for and are newer than `newest`.
        public var count = 5_000
        /// Half of the messages are larger, in octets. Sizes are log-normal.
        public var medianOctets = 9_000
        /// The deviation of the logarithm of the size.
        public var sigma = 1.4
        public var maximumOctets = 20_000_000
        /// When the last of `count` messages was sent, in seconds since 1970.
        public var newest: Int64 = 1_767_225_600
        /// Seconds between the first and the last of `count` messages.
        public var span: Int64 = 11 * 365 * 86_400

        public init() {}

        public init(count: Int, medianOctets: Int, sigma: Double = 1.4) {
            self.count = count
            self.medianOctets = medianOctets
            self.sigma = sigma
        }
    }

    public let seed: UInt64
    public let shape: Shape
    /// Random base64 lines that attachments are cut from: drawing them anew for each would take most of the time.
    let filler: Filler

    public init(seed: UInt64, shape: Shape = Shape()) {
        self.seed = seed
        self.shape = shape
        filler = Filler(seed: seed)
    }

    /// The octets of message `index` (0 is the oldest), every line ended by CRLF.
    public func message(_ index: Int) -> [UInt8] {
        var composer = Composer(mail: self, index: index)
        return composer.compose()
    }

    /// When message `index` was sent, in seconds since 1970: the Date and the topmost Received field say so.
    public func sentAt(_ index: Int) -> Int64 {
        var generator = SeededGenerator(seed: seed, index: index, purpose: .lineage)
        let step = shape.span / Int64(max(1, shape.count))
        let jitter = Int64(generator.below(Int(max(1, min(3_600, step)))))
        return shape.newest - Int64(shape.count - 1 - index) * step - jitter
    }

    /// The size that message `index` is composed towards; what it gets differs by a line or so.
    func aimedSize(_ generator: inout SeededGenerator) -> Int {
        let drawn = exp(log(Double(max(1, shape.medianOctets))) + shape.sigma * generator.gauss())
        return Int(min(Double(shape.maximumOctets), max(700, drawn)))
    }
}
