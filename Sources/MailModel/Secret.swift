/// A credential on its way from where it was given to where it is used: never printed, never compared early.
public struct Secret: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    private let bytes: [UInt8]

    public init(_ text: some StringProtocol) { bytes = Array(text.utf8) }
    public init(bytes: some Sequence<UInt8>) { self.bytes = Array(bytes) }

    public var isEmpty: Bool { bytes.isEmpty }

    /// Gives the octets to the one place that must have them (the wire, a hash, a cipher).
    public func withBytes<Result>(_ body: ([UInt8]) throws -> Result) rethrows -> Result { try body(bytes) }

    /// Compares every octet whatever the first difference; only the lengths may be learnt from the time it takes.
    public func isEqualInConstantTime(to other: Secret) -> Bool {
        guard bytes.count == other.bytes.count else { return false }
        var difference: UInt8 = 0
        for (one, two) in zip(bytes, other.bytes) { difference |= one ^ two }
        return difference == 0
    }

    public var description: String { "<redacted>" }
    public var debugDescription: String { "<redacted>" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
