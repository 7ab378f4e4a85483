import JMAP
import MailModel

/// What a device asked of its event source (RFC 8620 §7.3).
struct EventSourceQuery: Hashable, Sendable {
    /// The types it wants to hear of. Names that we do not know are types that never change.
    var types: Set<DataType>
    /// Whether the answer ends after the first change.
    var end: End
    /// How long after the last event a ping follows; nil: never.
    var ping: Duration?

    enum End: Hashable, Sendable { case afterState, never }

    /// What a requested ping interval is brought into. The RFC allows a lower bound of at most 30 seconds and an upper
    /// bound of at least 300.
    static let pings = 5...900

    /// Absent parameters mean every type, no end and no pings; impossible ones are a problem of the request.
    init(_ target: RequestTarget) throws(Problem) {
        types = DataType.pushed(target.parameter("types") ?? "*")
        switch target.parameter("closeafter") ?? "no" {
        case "state": end = .afterState
        case "no": end = .never
        default: throw Problem(status: 400, detail: "The parameter closeafter must be \"state\" or \"no\".")
        }
        let text = target.parameter("ping") ?? "0"
        guard let seconds = UInt32(text) else {
            throw Problem(status: 400, detail: "The parameter ping must be a whole number of seconds.")
        }
        ping = seconds == 0 ? nil : .seconds(min(max(Int(seconds), Self.pings.lowerBound), Self.pings.upperBound))
    }
}
