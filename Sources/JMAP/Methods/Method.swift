import MailStore

/// One method of the API: its name, the capability that brings it, and what it does.
struct Method: Sendable {
    /// How a method gets at the account. It reads its arguments from the call and writes its answer there.
    enum Action: Sendable {
        /// Needs no account.
        case pure(@Sendable (inout MethodCall) throws -> Void)
        /// Reads one snapshot, shared with the calls that read before and after it.
        case read(@Sendable (inout MethodCall, AccountReader) throws -> Void)
        /// Runs in a transaction of its own; when it throws, nothing has changed.
        case write(@Sendable (inout MethodCall, AccountWriter) throws -> Void)
        /// Opens transactions itself, because it must wait for something before.
        case waiting(@Sendable (inout MethodCall, Account) async throws -> Void)
    }

    let name: String
    let capability: Capability
    let action: Action

    /// Whether a client that opted into `using` may call it. The methods of identities are part of the submission capability
    /// (RFC 8621 §1.3.2), and some clients ask for them under mail alone.
    func isOffered(to using: Set<Capability>) -> Bool {
        using.contains(capability) || name.hasPrefix("Identity/") && using.contains(.submission)
    }

    init(_ name: String, _ capability: Capability, _ action: Action) {
        self.name = name
        self.capability = capability
        self.action = action
    }
}
