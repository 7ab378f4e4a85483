extension Limits {
    /// What an account may hold.
    public struct Account: Hashable, Sendable {
        /// Octets of its messages; nil: as many as there is room for on disk.
        public var octets: Int?
        public init() {}
    }
}
