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
            let oldState = call.store.deviceState(of: call.principal.account)
            try arguments.check(oldState)
            try await call.confirm(!arguments.create.isEmpty && call.isDevices)
            try call.arguments.end()
            var result = SetResult()
            for (creationID, record) in arguments.create {
                let outcome = await call.makeDevice(record)
                if case .success(let (device, _)) = outcome { call.createdIDs[creationID] = device.id.description }
                let principal = call.principal
                try result.create(creationID, outcome.map { $0.created(given: record, for: principal, $1) })
            }
            let devices = Dictionary(uniqueKeysWithValues: try await call.visibleDevices().map { ($0.id, $0) })
            for (reference, _) in arguments.update {
                let id = call.createdIDs.resolve(reference) ?? reference
                let isThere = DeviceID(id).map { devices[$0] != nil } ?? false
                try result.update(
                    id,
                    .failure(
                        isThere
                            ? SetError(.forbidden, "A device can't be changed: revoke it, and make another.")
                            : SetError.notFound("device")))
            }
            for id in call.createdIDs.resolveAll(arguments.destroy) {
                let outcome: Result<Void, any Error>
                do {
                    guard let device = DeviceID(id).flatMap({ devices[$0] }) else { throw SetError.notFound("device") }
                    outcome = .success(try await call.store.revokeDevice(device.id, of: device.user))
                } catch { outcome = .failure(error) }
                try result.destroy(id, outcome)
            }
            result.write(
                oldState: oldState, newState: call.store.deviceState(of: call.principal.account), &call)
            try call.checkSize()
        })
}

extension MethodCall {
    fileprivate func makeDevice(_ record: JSONObject) async -> Result<(Device, Secret), any Error> {
        do {
            try record.refuse(
                besides: ["name"], known: DeviceProperty.allCases.map(\.rawValue) + ["secret"], of: "device")
            guard let name = record["name"]?.string else {
                throw SetError.invalid("name", "A device has a name, a string.")
            }
            return .success(try await store.createDevice(user: principal.user, name: name))
        } catch { return .failure(error) }
    }
}

extension Device {
    fileprivate func created(given record: JSONObject, for principal: Principal, _ secret: Secret) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        for property in DeviceProperty.allCases where record[property.rawValue] == nil {
            writer.key(text: property.rawValue)
            switch property {
            case .id: writer.value(id)
            case .userId: writer.value(user)
            case .name: writer.value(name)
            case .createdAt: writer.value(createdAt.description)
            case .lastSeenAt: writer.null()
            case .isCurrent: writer.value(false)
            }
        }
        writer.key("secret")
        writer.value(secret.withBytes { String(decoding: $0, as: UTF8.self) })
        writer.endObject()
        return writer.bytes
    }
}
