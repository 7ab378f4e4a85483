import MailModel

/// RFC 4648 §4, as HTTP Basic needs it: whole input, padding optional.
enum Base64 {
    /// The octets that `text` encodes; nil when it has a character outside of the alphabet or an impossible length.
    static func decoded(_ text: some StringProtocol) -> [UInt8]? {
        guard !text.contains(where: { $0 == "-" || $0 == "_" }) else { return nil }
        return Base64URL.decode(String(text).replacing("+", with: "-").replacing("/", with: "_"))
    }
}
