extension Limits {
    /// Push subscriptions (RFC 8620 §7.2).
    public struct Push: Hashable, Sendable {
        public var perDevice = 8
        public var perUser = 64
        /// How many a user may create within an hour: each makes us send something to where they say.
        public var creationsPerHour = 30
        /// How far in the future a device's may expire. The RFC wants seven days at least.
        public var life: Duration = .seconds(30 * 86_400)
        public init() {}
    }
}
