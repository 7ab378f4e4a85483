public import MailModel

/// What happened to the objects of one type between two states (RFC 8620 §5.2). Each id stands in at most one list; an
/// object that was both created and destroyed in between is in none.
public struct Changes<ID: EntityID>: Hashable, Sendable {
    public var created: [ID]
    public var updated: [ID]
    public var destroyed: [ID]
    /// The state these changes lead to: the newest, or one on the way when `hasMore`.
    public var newState: StateToken
    public var hasMore: Bool
    /// Whether nothing but the four counts changed in every updated mailbox (RFC 8621 §2.2), or nothing but what is used
    /// in every updated quota (RFC 9425 §4.3).
    public var updatedOnlyCounts: Bool

    public init(
        created: [ID] = [], updated: [ID] = [], destroyed: [ID] = [], newState: StateToken, hasMore: Bool = false,
        updatedOnlyCounts: Bool = false
    ) {
        self.created = created
        self.updated = updated
        self.destroyed = destroyed
        self.newState = newState
        self.hasMore = hasMore
        self.updatedOnlyCounts = updatedOnlyCounts
    }
}
