/// Tells whether an answer that brings no message comes too slowly once it has begun: a listing, or a single line, of which
/// an octet comes now and then would hold a session for months.
///
/// How long an answer may take to begin is for a time-out to say.
struct AnswerRateMeter: Sendable {
    private var meter: BodyRateMeter
    private var hasBegun = false

    init(octetsPerSecond: Int) { meter = BodyRateMeter(octetsPerSecond: octetsPerSecond) }

    /// Counts octets of an answer that came after waiting. False: the last minute brought too few.
    mutating func received(_ count: Int, after waiting: Duration) -> Bool {
        defer { hasBegun = true }
        return hasBegun ? meter.received(count, after: waiting) : true
    }

    /// An answer was read to its end.
    mutating func ended() {
        meter.reset()
        hasBegun = false
    }
}
