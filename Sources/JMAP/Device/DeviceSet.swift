import JSON
import MailModel
import MailStore

extension Method {
    /// RFC 8620 §5.3. A device is made by its person, and revoked by that one or by an administrator; the answer to its
    /// creation has its `secret`, this once.
    static let deviceSet = Method(
        "Device/set", .admin,
        .waiting { call, _ in
            let arguments = try SetArguments(&call)
            let oldState = try arguments.checkState(of: ShownDevice.self, call)
            try await call.confirm(!arguments.create.isEmpty && call.isDevices)
            try call.arguments.end()
            var set = DeviceSet(call: call, createdIDs: call.createdIDs)
            try await set.perform(arguments, of: ShownDevice.self, from: oldState, &call)
        })
}

private struct DeviceSet: LiveSet {
    static let noun = "device"

    let call: MethodCall
    var createdIDs: CreatedIDs
    var result = SetResult()
    /// Those that were there before the first was changed.
    private var visible: [ShownDevice]?

    init(call: MethodCall, createdIDs: CreatedIDs) {
        self.call = call
        self.createdIDs = createdIDs
    }

    func create(_ record: JSONObject) async throws -> (id: String, unsaid: [UInt8]) {
        try record.refuse(
            besides: ["name"], known: DeviceProperty.allCases.map(\.rawValue) + ["secret"], of: "device")
        guard let name = record["name"]?.string else {
            throw SetError.invalid("name", "A device has a name, a string.")
        }
        let (device, secret) = try await call.store.createDevice(user: call.principal.user, name: name)
        let shown = ShownDevice(device: device, asker: call.principal)
        let unsaid = shown.json(unsaidIn: record) { writer in
            writer.key("secret")
            writer.value(secret.withBytes { String(decoding: $0, as: UTF8.self) })
        }
        return (device.id.description, unsaid)
    }

    mutating func object(_ id: String) async throws -> ShownDevice? {
        let known = if let visible { visible } else { try await ShownDevice.visible(to: call) }
        visible = known
        return DeviceID(id).flatMap { id in known.first { $0.id == id } }
    }

    func update(_ shown: ShownDevice, _ patch: JSONObject) async throws -> [UInt8]? {
        try shown.refuseChanges(by: patch, of: Self.noun, "A device can't be changed: revoke it, and make another.")
        return nil
    }

    func destroy(_ shown: ShownDevice) async throws {
        try await call.store.revokeDevice(shown.id, of: shown.device.user)
    }
}
