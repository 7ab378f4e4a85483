public import MailModel

/// How a query's list came from an old state to the present one (RFC 8620 §5.6): take out `removed`, then put in `added`,
/// in their order, each at its index.
public struct QueryChanges<ID: EntityID>: Hashable, Sendable {
    public struct Added: Hashable, Sendable {
        public let id: ID
        public let index: Int

        public init(id: ID, index: Int) {
            self.id = id
            self.index = index
        }
    }

    /// What may have been in the old list and is gone, or stands elsewhere now; ids that never were in it may be among
    /// them.
    public var removed: [ID]
    /// By index, the lowest first.
    public var added: [Added]
    /// Length of the present list, when it was asked for.
    public var total: Int?
    public var newState: StateToken

    public init(removed: [ID] = [], added: [Added] = [], total: Int? = nil, newState: StateToken) {
        self.removed = removed
        self.added = added
        self.total = total
        self.newState = newState
    }
}
