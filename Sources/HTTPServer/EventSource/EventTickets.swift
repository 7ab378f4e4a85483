import MailModel
import Synchronization

/// One-time tickets for event sources (docs/decisions/0056): a page of another origin cannot have `EventSource` send its
/// device's secret, and a secret does not belong into a URL. A ticket opens one event source, once, within moments.
///
/// Kept in memory only: who loses one to a restart asks for another.
final class EventTickets: Sendable {
    typealias Instant = ContinuousClock.Instant

    /// Tickets of one credential that are not used yet, and of all; past either the oldest is void.
    static let perCredential = 16
    static let altogether = 10_000

    private struct Ticket {
        let principal: Principal
        let number: UInt64
        let expires: Instant
    }

    private struct State {
        var tickets: [String: Ticket] = [:]
        var next: UInt64 = 0
    }

    private let state = Mutex(State())
    let life: Duration

    init(life: Duration) { self.life = life }

    /// 160 random bits in hexadecimal digits.
    func issue(to principal: Principal, at now: Instant) -> String {
        let text = Self.random()
        state.withLock { state in
            state.tickets = state.tickets.filter { now < $0.value.expires }
            Self.makeRoom(&state.tickets, Self.perCredential) { $0.principal.credential == principal.credential }
            Self.makeRoom(&state.tickets, Self.altogether) { _ in true }
            state.next += 1
            state.tickets[text] = Ticket(principal: principal, number: state.next, expires: now.advanced(by: life))
        }
        return text
    }

    /// Whose ticket it is; nil for one that was used, has expired or never was. It is void from now on.
    func redeem(_ text: String, at now: Instant) -> Principal? {
        state.withLock { $0.tickets.removeValue(forKey: text) }.flatMap { now < $0.expires ? $0.principal : nil }
    }

    private static func makeRoom(_ tickets: inout [String: Ticket], _ most: Int, _ counts: (Ticket) -> Bool) {
        let counted = tickets.filter { counts($0.value) }
        guard counted.count >= most, let oldest = counted.min(by: { $0.value.number < $1.value.number }) else { return }
        tickets[oldest.key] = nil
    }

    private static func random() -> String {
        var generator = SystemRandomNumberGenerator()
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: (0..<40).map { _ in digits[Int(generator.next(upperBound: UInt(16)))] }, as: UTF8.self)
    }
}
