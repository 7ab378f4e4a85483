import JSON
import MailModel
import MailStore

/// What may be read of a device. `secret` is told once, in the answer to its creation.
enum DeviceProperty: String, RecordProperty {
    case id, userId, name, createdAt, lastSeenAt, isCurrent
}

extension Device {
    func write(_ properties: [DeviceProperty], for principal: Principal, _ writer: inout JSONWriter) {
        writer.beginObject()
        for property in properties {
            writer.key(text: property.rawValue)
            switch property {
            case .id: writer.value(id)
            case .userId: writer.value(user)
            case .name: writer.value(name)
            case .createdAt: writer.value(createdAt.description)
            case .lastSeenAt: writer.value(optional: lastSeenAt?.description)
            case .isCurrent: writer.value(principal.device == id)
            }
        }
        writer.endObject()
    }
}

extension Method {
    /// RFC 8620 §5.1: everybody's for an administrator, one's own for others. The state does not move when a device is seen.
    static let deviceGet = Method(
        "Device/get", .admin,
        .waiting { call, _ in
            try call.takeAccountID()
            let requested = try RequestedIDs<DeviceID>(&call)
            if try call.arguments.peekStrings("properties")?.contains("secret") == true {
                throw MethodError(.forbidden, "A device's secret is told once, when it is made.")
            }
            let properties = try call.arguments.takeProperties(DeviceProperty.self)
            try call.arguments.end()
            let state = call.store.deviceState(of: call.principal.account)
            let devices = requested.select(try await call.visibleDevices(), id: \.id)
            try RequestedIDs<DeviceID>.check(devices.count, call.limits)
            let principal = call.principal
            try call.writeGet(devices, requested: requested, state: state, id: \.id) {
                $0.write(properties, for: principal, &$1)
            }
            try call.checkSize()
        })

    /// RFC 8620 §5.2.
    static let deviceChanges = Method(
        "Device/changes", .admin,
        .pure { call in
            let arguments = try ChangesArguments(&call)
            let changes = try call.store.deviceChanges(
                of: call.principal.account, since: arguments.sinceState, max: arguments.maxChanges)
            call.writeChanges(changes, since: arguments.sinceState)
        })
}

extension MethodCall {
    func visibleDevices() async throws -> [Device] {
        var devices: [Device] = []
        for user in try await store.users(visibleTo: principal) { devices += try await store.devices(of: user.id) }
        return devices.sorted { $0.id < $1.id }
    }
}
