/// The members of a JSON object in the order in which they were written, each name once.
///
/// Looking up is linear among few members and hashed among many. Names are compared by their code points.
public struct JSONObject: Sendable {
    public struct Member: Sendable {
        public let key: String
        public var value: JSONValue
    }

    /// From this many members on, an index is kept.
    private static let indexedCount = 9

    public private(set) var members: [Member] = []
    private var index: [ExactName: Int] = [:]

    public init() {}

    public var count: Int { members.count }
    public var isEmpty: Bool { members.isEmpty }

    /// The value under `key`. Setting nil removes the member; setting a new one appends it.
    public subscript(key: String) -> JSONValue? {
        get { position(of: key).map { members[$0].value } }
        set {
            switch (position(of: key), newValue) {
            case (let position?, let value?): members[position].value = value
            case (let position?, nil): remove(at: position)
            case (nil, let value?): append(key, value)
            case (nil, nil): break
            }
        }
    }

    /// Appends a member unless the name is there already. Returns whether it was appended.
    @discardableResult
    public mutating func insert(_ key: String, _ value: JSONValue) -> Bool {
        guard position(of: key) == nil else { return false }
        append(key, value)
        return true
    }

    private func position(of key: String) -> Int? {
        if members.count >= Self.indexedCount { return index[ExactName(text: key)] }
        return members.firstIndex { $0.key.hasSameCodePoints(as: key) }
    }

    private mutating func append(_ key: String, _ value: JSONValue) {
        members.append(Member(key: key, value: value))
        if members.count == Self.indexedCount {
            rebuildIndex()
        } else if members.count > Self.indexedCount {
            index[ExactName(text: key)] = members.count - 1
        }
    }

    private mutating func remove(at position: Int) {
        members.remove(at: position)
        rebuildIndex()
    }

    private mutating func rebuildIndex() {
        index.removeAll(keepingCapacity: true)
        guard members.count >= Self.indexedCount else { return }
        for (position, member) in members.enumerated() { index[ExactName(text: member.key)] = position }
    }
}

extension JSONObject: Equatable {
    public static func == (one: JSONObject, other: JSONObject) -> Bool {
        one.count == other.count && one.members.allSatisfy { other[$0.key] == $0.value }
    }
}

/// A name that is equal only to the same code points.
private struct ExactName: Hashable {
    let text: String

    static func == (one: ExactName, other: ExactName) -> Bool { one.text.hasSameCodePoints(as: other.text) }

    func hash(into hasher: inout Hasher) {
        let isCombined: Void? = text.utf8.withContiguousStorageIfAvailable { bytes in
            hasher.combine(bytes: UnsafeRawBufferPointer(bytes))
        }
        if isCombined == nil { for byte in text.utf8 { hasher.combine(byte) } }
    }
}
