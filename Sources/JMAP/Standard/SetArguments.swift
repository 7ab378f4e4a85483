import JSON
import MailModel

/// The arguments that every /set call takes (RFC 8620 §5.3). Methods take their own before they call `end` on the rest.
struct SetArguments {
    let ifInState: String?
    /// Creation id and the record to create, in the request's order.
    let create: [(creationID: String, record: JSONObject)]
    /// Id, or `#` and a creation id, and the patch.
    let update: [(id: String, patch: JSONObject)]
    let destroy: [String]

    init(_ call: inout MethodCall) throws {
        try call.takeAccountID()
        try self.init(ifInState: call.arguments.takeOptionalString("ifInState"), &call)
    }

    /// Those of types that belong to no account and have no state.
    init(withoutAccount call: inout MethodCall) throws { try self.init(ifInState: nil, &call) }

    private init(ifInState: String?, _ call: inout MethodCall) throws {
        self.ifInState = ifInState
        create = try Self.records(call.arguments.takeOptionalObject("create"), "create")
            .map { (creationID: $0.key, record: $0.object) }
        update = try Self.records(call.arguments.takeOptionalObject("update"), "update")
            .map { (id: $0.key, patch: $0.object) }
        var seen: Set<String> = []
        destroy = (try call.arguments.takeOptionalStrings("destroy") ?? []).filter { seen.insert($0).inserted }
        let count = create.count + update.count + destroy.count
        guard count <= call.limits.objectsInSet else {
            throw MethodError(.requestTooLarge, "\(count) objects are more than \(call.limits.objectsInSet).")
        }
        for (creationID, _) in create where !creationID.isJMAPID {
            throw MethodError.invalidArguments("\(creationID.quoted) is no id.")
        }
    }

    /// For a call that another one implies.
    init(update: [(id: String, patch: JSONObject)], destroy: [String]) {
        (ifInState, create) = (nil, [])
        (self.update, self.destroy) = (update, destroy)
    }

    private static func records(
        _ object: JSONObject?, _ argument: String
    ) throws -> [(key: String, object: JSONObject)] {
        try (object?.members ?? []).map { member in
            guard let object = member.value.object else {
                throw MethodError.invalidArguments("The argument \(argument) is not a map of ids to objects.")
            }
            return (key: member.key, object: object)
        }
    }

    /// Aborts the call when the client has missed a change (RFC 8620 §5.3, ifInState).
    func check(_ state: StateToken) throws {
        guard let ifInState, ifInState != state.description else { return }
        throw MethodError(.stateMismatch, "The state is \(state), not \(ifInState.quoted).")
    }
}
