import JSON
import MailModel
import MailStore

/// What may be read of a device. `secret` is told once, in the answer to its creation.
enum DeviceProperty: String, RecordProperty {
    case id, userId, name, createdAt, lastSeenAt, isCurrent
}

/// A device as somebody sees it: everybody's for an administrator, one's own for others. The state does not move when one
/// is seen.
struct ShownDevice: LiveRecord {
    let device: Device
    let asker: Principal

    var id: DeviceID { device.id }

    static let unreadable: (property: String, sentence: String)? = (
        "secret", "A device's secret is told once, when it is made."
    )

    static func state(of account: AccountID, in store: MailStore) -> StateToken { store.deviceState(of: account) }

    static func changes(
        of account: AccountID, in store: MailStore, since state: StateToken, max: Int?
    ) throws -> Changes<DeviceID> {
        try store.deviceChanges(of: account, since: state, max: max)
    }

    static func visible(to call: MethodCall) async throws -> [ShownDevice] {
        var devices: [ShownDevice] = []
        for user in try await call.store.users(visibleTo: call.principal) {
            devices += try await call.store.devices(of: user.id).map { ShownDevice(device: $0, asker: call.principal) }
        }
        return devices.sorted { $0.id < $1.id }
    }

    func write(_ property: DeviceProperty, _ writer: inout JSONWriter) {
        switch property {
        case .id: writer.value(device.id)
        case .userId: writer.value(device.user)
        case .name: writer.value(device.name)
        case .createdAt: writer.value(device.createdAt.description)
        case .lastSeenAt: writer.value(optional: device.lastSeenAt?.description)
        case .isCurrent: writer.value(asker.device == device.id)
        }
    }
}

extension Method {
    static let deviceGet = get("Device/get", .admin, of: ShownDevice.self)
    static let deviceChanges = changes("Device/changes", .admin, of: ShownDevice.self)
}
