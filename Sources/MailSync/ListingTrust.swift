import MailModel
import MailStore

/// How far a listing that lacks messages is believed.
enum ListingTrust: Equatable, Sendable {
    /// What it lacks is gone.
    case whole
    /// It may lack anything: nothing is concluded from it.
    case none
    /// It lacks half of what there was, or more: a server that is being repaired looks like this. Nothing is concluded
    /// until it has been so for long enough.
    ///
    /// QUIRK: maildrops that are empty for a while; SuspiciousListingTests
    case suspicious(ListingSuspicion)

    /// Polls and time after which a suspicious listing is believed.
    static let polls = 3
    static let time: Duration = .seconds(86_400)

    /// - Parameters:
    ///   - missing: messages that the last listing had and this one lacks, those aside that we deleted.
    ///   - present: messages that the last listing had.
    static func judge(missing: Int, of present: Int, _ earlier: ListingSuspicion?, now: Timestamp) -> ListingTrust {
        guard missing > 0, missing * 2 >= present else { return .whole }
        var suspicion = earlier ?? ListingSuspicion(since: now, polls: 0)
        suspicion.polls += 1
        guard suspicion.polls >= polls, now.since(suspicion.since) >= time else { return .suspicious(suspicion) }
        return .whole
    }
}
