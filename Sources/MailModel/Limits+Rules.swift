extension Limits {
    /// What rules for new mail may be.
    public struct Rules: Hashable, Sendable {
        /// Rules of one account.
        public var perAccount = 200
        /// Octets of one text in a rule: its name, or what a condition looks for.
        public var valueOctets = 1_000
        public init() {}
    }
}
