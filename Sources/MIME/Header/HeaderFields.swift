public import MailModel

/// The fields of one header block, in their order (RFC 5322 §2.2).
public struct HeaderFields: Hashable, Sendable {
    public private(set) var fields: [HeaderField] = []
    /// What was wrong with the block; fields past a limit are left out.
    public private(set) var defects: Defects = []

    /// Reads the block in `range`, as `Part.headerRange` gives it, or any octets that begin with one.
    public init(
        _ bytes: UnsafeRawBufferPointer, in range: Range<Int>, limits: Limits.MIME = Limits.MIME()
    ) {
        let lower = min(max(range.lowerBound, 0), bytes.count)
        let upper = min(max(range.upperBound, lower), bytes.count)
        var scanner = HeaderScanner(bytes, range: lower..<upper)
        while case .field(let field) = scanner.next() {
            guard field.value.upperBound - lower <= limits.headerBlock else {
                defects.insert(.headerTooLong)
                return
            }
            guard fields.count < limits.headerFields else {
                defects.insert(.tooManyHeaderFields)
                return
            }
            fields.append(field)
        }
    }

    /// The last field of this name, which stands for all of them in RFC 8621 §4.1.3.
    public func last(named name: String, in bytes: UnsafeRawBufferPointer) -> HeaderField? {
        fields.last { $0.isNamed(name, in: bytes) }
    }

    /// The first field of this name: the topmost, so the newest of trace fields.
    public func first(named name: String, in bytes: UnsafeRawBufferPointer) -> HeaderField? {
        fields.first { $0.isNamed(name, in: bytes) }
    }

    /// Every field of this name, in the message's order.
    public func all(named name: String, in bytes: UnsafeRawBufferPointer) -> [HeaderField] {
        fields.filter { $0.isNamed(name, in: bytes) }
    }
}
