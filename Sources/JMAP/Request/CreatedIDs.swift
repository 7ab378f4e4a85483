/// Which record each creation id of a request became (RFC 8620 §3.3, §5.3): one map for all types, the latest wins.
struct CreatedIDs: Sendable {
    private var ids: [String: String] = [:]

    subscript(creationID: String) -> String? {
        get { ids[creationID] }
        set { ids[creationID] = newValue }
    }

    /// In the order of their creation ids.
    var sorted: [(creationID: String, id: String)] {
        ids.sorted { $0.key < $1.key }.map { (creationID: $0.key, id: $0.value) }
    }

    /// The id that `reference` means: `#k1` is what k1 became, anything else is an id itself. Nil for a creation id that
    /// stands for nothing yet.
    func resolve(_ reference: String) -> String? {
        guard reference.utf8.first == UInt8(ascii: "#") else { return reference }
        return ids[String(reference.dropFirst())]
    }

    /// The ids that `references` mean, each once; what stands for nothing stays as it is.
    func resolveAll(_ references: [String]) -> [String] {
        var seen: Set<String> = []
        return references.map { resolve($0) ?? $0 }.filter { seen.insert($0).inserted }
    }
}
