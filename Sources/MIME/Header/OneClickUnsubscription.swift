/// What a list's message offers to whoever wants no more of it: one request, and nothing to fill in (RFC 8058).
public struct OneClickUnsubscription: Hashable, Sendable {
    /// The `https` URI that the request goes to, as the message has it.
    public let address: String

    /// `DKIM-Signature` fields that are looked at, at most.
    private static let mostSignatures = 16
    private static let argument = "list-unsubscribe=one-click"
    private static let signed: Set<String> = ["list-unsubscribe", "list-unsubscribe-post"]

    /// Nil unless the message offers it: an `https` URI in `List-Unsubscribe`, the one argument there is in
    /// `List-Unsubscribe-Post`, and a DKIM signature that is said to cover both (§4). Whether the signature is right is not
    /// looked into. Of several fields of a name the last counts, as in RFC 8621 §4.1.3: it is the one that is signed first.
    public init?(_ fields: HeaderFields, in bytes: UnsafeRawBufferPointer) {
        guard let post = fields.last(named: "List-Unsubscribe-Post", in: bytes),
            post.text(in: bytes).lowercased().filter({ $0 != " " && $0 != "\t" }) == Self.argument,
            let urls = fields.last(named: "List-Unsubscribe", in: bytes)?.urls(in: bytes),
            let address = urls.first(where: { $0.prefix(8).lowercased() == "https://" }),
            fields.all(named: "DKIM-Signature", in: bytes).prefix(Self.mostSignatures).contains(where: {
                Self.isSigned(by: $0.raw(in: bytes))
            })
        else { return nil }
        self.address = address
    }

    /// Whether the `h=` tag of a signature names both fields (RFC 6376 §3.2, §3.5).
    private static func isSigned(by signature: String) -> Bool {
        let text = signature.unicodeScalars.filter { !" \t\r\n".unicodeScalars.contains($0) }
        for tag in String(String.UnicodeScalarView(text)).split(separator: ";") where tag.hasPrefix("h=") {
            return signed.isSubset(of: tag.dropFirst(2).lowercased().split(separator: ":").map(String.init))
        }
        return false
    }
}
