/// Tells whether a message's octets come too slowly: fewer than the limit allows over a minute of waiting.
///
/// Only time spent waiting for the server counts; when our own disk is slow, that is not the server's fault.
struct BodyRateMeter: Sendable {
    static let window: Duration = .seconds(60)

    private let octetsPerSecond: Int
    private var waited: Duration = .zero
    private var octets = 0

    init(octetsPerSecond: Int) { self.octetsPerSecond = octetsPerSecond }

    /// Counts octets that came after waiting. False: the last minute brought too few.
    mutating func received(_ count: Int, after waiting: Duration) -> Bool {
        waited += waiting
        octets += count
        guard waited >= Self.window else { return true }
        let isFastEnough = octets >= octetsPerSecond * Int(waited.components.seconds)
        reset()
        return isFastEnough
    }

    mutating func reset() {
        waited = .zero
        octets = 0
    }
}
