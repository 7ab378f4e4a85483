/// The `type/subtype` of RFC 9110 §8.3.1, and whether text that claims to be one may go into a header field.
enum MediaType {
    static let unknown = "application/octet-stream"
    static let maximumLength = 255

    /// `text` if it is a media type, parameters included; else nil.
    static func valid(_ text: String) -> String? {
        let bytes = Array(text.utf8)
        guard bytes.count <= maximumLength, bytes.allSatisfy({ (0x20...0x7E).contains($0) }) else { return nil }
        let names = essence(text).split(separator: "/", omittingEmptySubsequences: false)
        guard names.count == 2, names.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy(isTokenOctet) }) else {
            return nil
        }
        return text
    }

    /// The type without its parameters and in lower case, as types are compared.
    static func essence(_ text: String) -> String {
        let first = text.prefix { $0 != ";" }
        return first.lowercased().filter { $0 != " " && $0 != "\t" }
    }

    static func isJSON(_ text: String?) -> Bool { text.map(essence) == "application/json" }

    /// Whether a browser would run it as a script of the page that asks for it: one of JavaScript's names in WHATWG's MIME
    /// Sniffing §4.6. Our pages run what this server hands out, and messages are not for that.
    static func isScript(_ text: String) -> Bool {
        let name = essence(text)
        return ["javascript", "ecmascript", "jscript", "livescript"].contains { name.contains($0) }
    }

    /// RFC 9110 §5.6.2.
    private static func isTokenOctet(_ octet: UInt8) -> Bool {
        switch octet {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default:
            "!#$%&'*+-.^_`|~".utf8.contains(octet)
        }
    }
}
