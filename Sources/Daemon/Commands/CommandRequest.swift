import JSON

/// What a command line asks for: a verb, what it takes, and how its result reads to a person.
public struct CommandRequest: Sendable {
    let verb: String
    let arguments: JSONObject
    /// Read after everything else was found to be right.
    var password: PasswordSource?
    /// The password of its own for the server that a maildrop's mail is sent with.
    var sendingPassword: PasswordSource?
    /// A sign-in at a provider, in place of a password.
    var oauth: OAuthSource?
    /// Whether the verb can do without a data directory that is there: it makes one.
    var makesDirectory = false
    let present: @Sendable (JSONValue) -> String
    /// The exit status that a result means.
    var status: @Sendable (JSONValue) -> CommandError.Status? = { _ in nil }

    init(
        _ verb: String, _ arguments: KeyValuePairs<String, JSONValue?> = [:],
        present: @escaping @Sendable (JSONValue) -> String
    ) {
        self.verb = verb
        self.arguments = JSONValue.object(arguments).object ?? JSONObject()
        self.present = present
    }
}

extension CommandRequest {
    public static func addUser(_ name: String, password: PasswordSource, isAdministrator: Bool) -> Self {
        var request = Self("user.add", ["name": .string(name), "admin": .bool(isAdministrator)]) {
            "Added the \($0["role"]?.string ?? "user") \($0["name"]?.string ?? ""). "
                + "Next: restante maildrop add, and restante device add."
        }
        request.password = password
        request.makesDirectory = true
        return request
    }

    public static var listUsers: Self {
        Self("user.list") {
            Present.table($0, ["name", "role", "disabled", "account", "createdAt"], empty: "No user yet.")
        }
    }

    public static func setPassword(of name: String, password: PasswordSource) -> Self {
        var request = Self("user.password", ["name": .string(name)]) {
            "Changed the password of \($0["name"]?.string ?? "")."
        }
        request.password = password
        return request
    }

    public static func removeUser(_ name: String) -> Self {
        Self("user.remove", ["name": .string(name)]) { "Removed \($0["name"]?.string ?? "") and all their mail." }
    }

    public static func addDevice(_ name: String, user: String?) -> Self {
        Self("device.add", ["name": .string(name), "user": .text(user)]) {
            """
            Added the device \($0["name"]?.string ?? "").
              user    \($0["user"]?.string ?? "")
              secret  \($0["secret"]?.string ?? "")
            The secret is shown only now: it is this device's password, for JMAP and POP3.
            """
        }
    }

    public static func listDevices(user: String?) -> Self {
        Self("device.list", ["user": .text(user)]) {
            Present.table($0, ["user", "name", "id", "createdAt", "lastSeenAt"], empty: "No device yet.")
        }
    }

    public static func revokeDevice(_ name: String, user: String?) -> Self {
        Self("device.revoke", ["name": .string(name), "user": .text(user)]) {
            "Revoked the device \($0["name"]?.string ?? ""): its connections end now."
        }
    }

    public static var status: Self { Self("status", present: Present.status) }

    /// One JMAP call; `arguments` is a JSON object.
    public static func call(_ method: String, _ arguments: String, user: String?) throws -> Self {
        let value: JSONValue
        do {
            value = try JSONParser.parse(Array(arguments.utf8))
        } catch {
            throw CommandError(.usage, "The arguments are not JSON: \(error).")
        }
        var request = Self("call", ["method": .string(method), "arguments": value, "user": .text(user)]) {
            Present.json($0.array?.last ?? .null)
        }
        request.status = { $0.array?.first?.string == "error" ? .data : nil }
        return request
    }
}
