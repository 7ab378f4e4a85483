/// Why a maildrop's next poll is when it is.
public enum PollCause: String, CaseIterable, Hashable, Sendable {
    /// The interval that somebody set.
    case interval
    /// When its mail usually comes.
    case rhythm
    /// A device of the user's is there.
    case device
    /// The server announces how long it wants between two sign-ins (LOGIN-DELAY, RFC 2449 §6.5).
    case loginDelay
    /// The server refused sign-ins that came sooner.
    case serverLimit
    /// The configuration gives the host a shortest pause.
    case hostRule
    /// The sign-ins that the host may have are used up for now.
    case hostBudget
    /// The last poll failed.
    case backOff
    /// There is more of a first fetch to come.
    case backFill
    /// Somebody asked, or set something.
    case request

    /// For people.
    public var description: String {
        switch self {
        case .interval: "at the interval that was set"
        case .rhythm: "at the pace at which its mail comes"
        case .device: "soon, as a device is there"
        case .loginDelay: "not sooner, as the server asks for (LOGIN-DELAY)"
        case .serverLimit: "not sooner, as the server refused that"
        case .hostRule: "not sooner, as polling.hosts says"
        case .hostBudget: "waiting for host budget"
        case .backOff: "when the last failure may have passed"
        case .backFill: "right away, as there is more to fetch"
        case .request: "right away"
        }
    }
}
