import MailModel

/// A request target in origin form (RFC 9112 §3.2.1), cut at the question mark.
struct RequestTarget: Hashable, Sendable {
    /// Still percent-encoded.
    let path: String
    /// Still percent-encoded; empty when there is none.
    let query: String

    init(_ target: String) {
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        path = parts.first.map(String.init) ?? ""
        query = parts.count > 1 ? String(parts[1]) : ""
    }

    /// The decoded value of the first parameter called `name`; nil when there is none. A plus sign is a space, as forms
    /// write it, unless `plus` says otherwise: media types such as `image/svg+xml` arrive unencoded.
    func parameter(_ name: String, plus: Plus = .isSpace) -> String? {
        for item in query.split(separator: "&") {
            let pair = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let first = pair.first, PercentCoding.decodedText(first) == name else { continue }
            guard pair.count > 1 else { return "" }
            switch plus {
            case .isPlus: return PercentCoding.decodedText(pair[1])
            case .isSpace: return PercentCoding.decodedText(pair[1].replacing("+", with: " "))
            }
        }
        return nil
    }

    enum Plus { case isSpace, isPlus }
}
