import JSON
public import MailModel
public import MailStore

/// The state of every type of one account, as pushed to clients (RFC 8620 §7.1): what an event source has told, or has
/// to tell.
public struct PushState: Hashable, Sendable {
    public let account: AccountID
    public private(set) var states: [DataType: StateToken]

    public init(account: AccountID, states: [DataType: StateToken]) {
        self.account = account
        self.states = states
    }

    /// Takes over what a committed change did; changes of other accounts are not for this client.
    public mutating func merge(_ change: AccountChange) {
        guard change.account == account else { return }
        states.merge(change.states) { _, new in new }
    }

    /// The types among `types` whose state is another one than in `told`; a type that `told` does not know has changed.
    public func changes(since told: PushState, among types: Set<DataType>) -> [DataType: StateToken] {
        let told = told.account == account ? told.states : [:]
        return states.filter { types.contains($0.key) && told[$0.key] != $0.value }
    }

    /// The StateChange object (RFC 8620 §7.1) that tells `changed`.
    public func stateChange(_ changed: [DataType: StateToken]) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("@type")
        writer.value("StateChange")
        writer.key("changed")
        writer.beginObject()
        writer.key(account)
        writer.beginObject()
        for type in DataType.allCases {
            guard let state = changed[type] else { continue }
            writer.key(text: type.rawValue)
            writer.value(state)
        }
        writer.endObject()
        writer.endObject()
        writer.endObject()
        return writer.bytes
    }

    // MARK: Event ids

    /// The whole state as the id of an event, so that a client that comes back with it is told what it has missed
    /// (RFC 8620 §7.3): the account, then a state for each of `DataType.allCases`, each set off by a tilde.
    public var eventID: String {
        DataType.allCases.reduce(account.description) { $0 + "~" + (states[$1]?.description ?? "") }
    }

    /// Reads what `eventID` wrote; nil for anything else, such as an id of another server or of an earlier version.
    public init?(eventID text: String) {
        let fields = text.split(separator: "~", omittingEmptySubsequences: false)
        guard text.utf8.count <= 1_000, fields.count == DataType.allCases.count + 1, let account = AccountID(fields[0])
        else { return nil }
        self.account = account
        states = [:]
        for (type, field) in zip(DataType.allCases, fields.dropFirst()) where !field.isEmpty {
            guard let state = StateToken(field) else { return nil }
            states[type] = state
        }
    }
}

extension DataType {
    /// The types that an event source was asked for: `*` or names with commas between them (RFC 8620 §7.3). Names of
    /// types that this server does not have are passed over.
    public static func pushed(_ list: String) -> Set<DataType> {
        guard list != "*" else { return Set(allCases) }
        return Set(list.split(separator: ",").compactMap { DataType(rawValue: String($0)) })
    }
}

extension DataType {
    /// Whether the state lives in memory, not in the account's database.
    public var isVolatile: Bool {
        switch self {
        case .maildropStatus, .maildropJob, .user, .device, .session, .passkey: true
        case .mailbox, .thread, .email, .emailDelivery, .maildrop, .identity, .emailSubmission, .quota, .mailRule: false
        }
    }
}

extension PushState {
    /// The state of every type now, from one snapshot.
    public init(of principal: Principal, in store: MailStore) async throws(MailStoreError) {
        let account = try await store.account(principal.account, for: principal)
        do {
            var states = try await account.read { reader in
                try DataType.allCases.reduce(into: [DataType: StateToken]()) { states, type in
                    guard !type.isVolatile else { return }
                    states[type] = try reader.state(of: type)
                }
            }
            states[.maildropStatus] = store.statusState(of: principal.account)
            states[.maildropJob] = store.jobState(of: principal.account)
            states[.user] = store.userState(of: principal.account)
            states[.device] = store.deviceState(of: principal.account)
            states[.session] = store.sessionState(of: principal.account)
            states[.passkey] = store.passkeyState(of: principal.account)
            self.init(account: principal.account, states: states)
        } catch let error as MailStoreError {
            throw error
        } catch {
            throw MailStoreError(.inputOutput, "The account's state could not be read.", cause: error)
        }
    }
}

extension JMAPServer {
    /// The state of every type now, from one snapshot.
    public func pushState(for principal: Principal) async throws(MailStoreError) -> PushState {
        try await PushState(of: principal, in: store)
    }
}
