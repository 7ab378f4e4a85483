import JSON
import MailModel
import MailStore

/// A type whose state is kept in memory, because its records are: of what runs, and of restante.db. A state of an earlier
/// process cannot be followed.
protocol LiveType: SendableMetatype {
    associatedtype ID: EntityID

    static func state(of account: AccountID, in store: MailStore) -> StateToken
    static func changes(
        of account: AccountID, in store: MailStore, since state: StateToken, max: Int?
    ) throws -> Changes<ID>
}

/// One whose records are read all at once, as whoever asks sees them.
protocol LiveRecord: LiveType, Record {
    var id: ID { get }
    /// What can be set and never read, with a sentence for who asks.
    static var unreadable: (property: String, sentence: String)? { get }

    static func visible(to call: MethodCall) async throws -> [Self]
}

extension LiveRecord {
    static var unreadable: (property: String, sentence: String)? { nil }
}

extension Method {
    /// RFC 8620 §5.1.
    static func get<Shown: LiveRecord>(_ name: String, _ capability: Capability, of type: Shown.Type) -> Method {
        Method(
            name, capability,
            .waiting { call, _ in
                try call.takeAccountID()
                let requested = try RequestedIDs<Shown.ID>(&call)
                let named = try call.arguments.peekStrings("properties")
                if let (property, sentence) = Shown.unreadable, named?.contains(property) == true {
                    throw MethodError(.forbidden, sentence)
                }
                let properties = try call.arguments.takeProperties(Shown.Property.self)
                try call.arguments.end()
                // Before the records, so that what changes meanwhile is told again.
                let state = Shown.state(of: call.principal.account, in: call.store)
                let records = requested.select(try await Shown.visible(to: call), id: \.id)
                try RequestedIDs<Shown.ID>.check(records.count, call.limits)
                try call.writeGet(records, requested: requested, state: state, id: \.id) { $0.write(properties, &$1) }
                try call.checkSize()
            })
    }

    /// RFC 8620 §5.2.
    static func changes<Kind: LiveType>(_ name: String, _ capability: Capability, of type: Kind.Type) -> Method {
        Method(
            name, capability,
            .pure { call in
                let arguments = try ChangesArguments(&call)
                let changes = try Kind.changes(
                    of: call.principal.account, in: call.store, since: arguments.sinceState, max: arguments.maxChanges)
                call.writeChanges(changes, since: arguments.sinceState)
            })
    }
}
