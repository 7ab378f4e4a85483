import MailModel
import MailStore

extension Method {
    /// RFC 8620 §5.1: everybody for an administrator, oneself for others.
    static let userGet = Method(
        "User/get", .admin,
        .waiting { call, _ in
            try call.takeAccountID()
            let requested = try RequestedIDs<UserID>(&call)
            let properties = try call.arguments.takeUserProperties()
            try call.arguments.end()
            // Before the users, so that what changes meanwhile is told again.
            let state = call.store.userState(of: call.principal.account)
            let users = requested.select(try await call.store.users(visibleTo: call.principal), id: \.id)
            try RequestedIDs<UserID>.check(users.count, call.limits)
            try call.writeGet(users, requested: requested, state: state, id: \.id) { $0.write(properties, &$1) }
            try call.checkSize()
        })

    /// RFC 8620 §5.2.
    static let userChanges = Method(
        "User/changes", .admin,
        .pure { call in
            let arguments = try ChangesArguments(&call)
            let changes = try call.store.userChanges(
                of: call.principal.account, since: arguments.sinceState, max: arguments.maxChanges)
            call.writeChanges(changes, since: arguments.sinceState)
        })
}

extension Arguments {
    /// A password that is asked for is forbidden, not unknown.
    fileprivate mutating func takeUserProperties() throws -> [UserProperty] {
        if try peekStrings("properties")?.contains("password") == true {
            throw MethodError(.forbidden, "A password can be set and never read.")
        }
        return try takeProperties(UserProperty.self)
    }
}
