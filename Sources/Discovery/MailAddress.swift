/// An address to find the settings of: the part before the last `@`, and the domain after it.
public struct MailAddress: Hashable, Sendable, CustomStringConvertible {
    public let local: String
    /// In lower case, without a dot at its end; other alphabets in their `xn--` form.
    public let domain: String

    public init?(_ text: String) {
        guard text.utf8.count <= 320, let at = text.lastIndex(of: "@") else { return nil }
        let local = String(text[..<at])
        guard (1...64).contains(local.utf8.count), local.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }),
            let domain = Self.domain(text[text.index(after: at)...])
        else { return nil }
        self.local = local
        self.domain = domain
    }

    public var description: String { "\(local)@\(domain)" }

    /// A host name of two labels or more (RFC 1123 §2.1), in lower case.
    static func domain(_ text: some StringProtocol) -> String? {
        var name = text.lowercased()
        if name.hasSuffix(".") { name.removeLast() }
        let labels = name.split(separator: ".", omittingEmptySubsequences: false)
        let isValid =
            name.utf8.count <= 253 && labels.count >= 2
            && labels.allSatisfy { label in
                (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
                    && label.utf8.allSatisfy {
                        (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-")
                            || $0 == UInt8(ascii: "_")
                    }
            }
        return isValid ? name : nil
    }

    /// The domain without its first label, while that leaves two: `pop.example.org` → `example.org`.
    static func parent(of domain: String) -> String? {
        let labels = domain.split(separator: ".")
        return labels.count > 2 ? labels.dropFirst().joined(separator: ".") : nil
    }
}
