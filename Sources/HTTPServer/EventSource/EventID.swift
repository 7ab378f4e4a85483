import MailModel

/// The id of a `state` event: the whole state that is visible to the device (RFC 8620 §7.3), so that one who comes back
/// with it can be told at once what changed meanwhile.
///
/// Written `Email=s1a-7,Mailbox=s1a-9`, in the order of the names: one line, and readable in a trace.
struct EventID: Hashable, Sendable, CustomStringConvertible {
    let states: [DataType: StateToken]

    init(_ states: [DataType: StateToken]) { self.states = states }

    /// Reads the form that `description` writes. Types it does not know are left out; nil when nothing can be read.
    init?(_ text: String) {
        var states: [DataType: StateToken] = [:]
        for item in text.split(separator: ",") {
            let pair = item.split(separator: "=", maxSplits: 1)
            guard pair.count == 2, let token = StateToken(pair[1]) else { return nil }
            if let type = DataType(rawValue: String(pair[0])) { states[type] = token }
        }
        guard !states.isEmpty else { return nil }
        self.states = states
    }

    var description: String {
        states.sorted { $0.key.rawValue < $1.key.rawValue }.map { "\($0.key.rawValue)=\($0.value)" }
            .joined(separator: ",")
    }
}
