import JSON
import MailModel
import MailStore

extension Verb {
    static let people: [Verb] = [
        Verb(name: "user.add") { context, arguments in
            guard let password = try arguments.secret("password") else {
                throw CommandError(.usage, "password is missing.")
            }
            let isAdministrator = try arguments.flag("admin") == true
            let user = try await context.store.createUser(
                name: arguments.text("name"), password: password, role: isAdministrator ? .administrator : nil)
            return describe(user)
        },
        Verb(name: "user.list") { context, _ in
            .array(try await context.store.users().map(describe))
        },
        Verb(name: "user.password") { context, arguments in
            guard let password = try arguments.secret("password") else {
                throw CommandError(.usage, "password is missing.")
            }
            let user = try await context.user(arguments, "name")
            try await context.store.setPassword(password, of: user.id)
            return describe(user)
        },
        Verb(name: "user.remove") { context, arguments in
            _ = try arguments.text("name")
            let user = try await context.user(arguments, "name")
            try await context.store.removeUser(user)
            return describe(user)
        },
        Verb(name: "device.add") { context, arguments in
            let user = try await context.user(arguments)
            let (device, secret) = try await context.store.createDevice(user: user.id, name: arguments.text("name"))
            var shown = describe(device, of: user)
            shown["user"] = .string(user.name)
            shown["secret"] = .string(secret.withBytes { String(decoding: $0, as: UTF8.self) })
            return .object(shown)
        },
        Verb(name: "device.list") { context, arguments in
            let users =
                try arguments.optionalText("user") == nil
                ? try await context.store.users() : [try await context.user(arguments)]
            var rows: [JSONValue] = []
            for user in users {
                rows += try await context.store.devices(of: user.id).map { .object(describe($0, of: user)) }
            }
            return .array(rows)
        },
        Verb(name: "device.revoke") { context, arguments in
            let user = try await context.user(arguments)
            let name = try arguments.text("name")
            let devices = try await context.store.devices(of: user.id)
            guard let device = devices.first(where: { $0.name == name || $0.id.description == name }) else {
                throw CommandError(
                    .noInput, "\(user.name) has no device \"\(name)\"." + VerbContext.known(devices.map(\.name)))
            }
            try await context.store.revokeDevice(device.id, of: user.id)
            return .object(describe(device, of: user))
        },
    ]

    private static func describe(_ user: User) -> JSONValue {
        .object([
            "name": .string(user.name), "role": .string(user.role.rawValue), "account": .text(user.account),
            "createdAt": .text(user.createdAt), "disabled": .bool(user.disabledAt != nil),
        ])
    }

    private static func describe(_ device: Device, of user: User) -> JSONObject {
        let value = JSONValue.object([
            "name": .string(device.name), "id": .text(device.id), "user": .string(user.name),
            "createdAt": .text(device.createdAt), "lastSeenAt": .text(device.lastSeenAt),
        ])
        return value.object ?? JSONObject()
    }
}
