import JSON
import MailModel
import MailStore

extension Method {
    /// RFC 8620 §7.2.2. It has neither account nor state. Each change is committed by itself, as what is sent because of one
    /// can't be taken back.
    static let pushSubscriptionSet = Method(
        "PushSubscription/set", .core,
        .waiting { call, _ in
            let arguments = try SetArguments(withoutAccount: &call)
            try call.arguments.end()
            guard call.principal.credential != .commandLine else {
                throw MethodError(.forbidden, "Push subscriptions belong to devices and browsers, and this is neither.")
            }
            var set = PushSubscriptionSet(call)
            try await set.carryOut(arguments, &call)
            set.result.writeWithoutAccount(&call)
        })
}

private struct PushSubscriptionSet: LiveSet {
    static let noun = "push subscription"

    let store: MailStore
    let principal: Principal
    var createdIDs: CreatedIDs
    var result = SetResult()

    init(_ call: MethodCall) {
        store = call.store
        principal = call.principal
        createdIDs = call.createdIDs
    }

    func create(_ record: JSONObject) async throws -> (id: String, unsaid: [UInt8]) {
        let values = try PushSubscriptionValues(record)
        if record["id"] != nil { throw SetError.invalid("id", "Only the server sets id.") }
        if try values.text("verificationCode") != nil {
            throw SetError.invalid("verificationCode", "The code is sent to the url, and set after that.")
        }
        let asked = try values.expires
        let subscription = try await store.createPushSubscription(
            NewPushSubscription(
                deviceClientID: try values.required("deviceClientId"), url: try values.required("url"),
                keys: try values.keys, expiresAt: asked, types: try values.types),
            for: principal)
        var told: [PushSubscriptionProperty] = [.id]
        if asked == nil || asked != subscription.expiresAt { told.append(.expires) }
        for property in [PushSubscriptionProperty.verificationCode, .types] where record[property.rawValue] == nil {
            told.append(property)
        }
        var json = JSONWriter()
        subscription.write(told, &json) { json in
            guard record["keys"] == nil else { return }
            json.key("keys")
            json.null()
        }
        return (subscription.id.description, json.bytes)
    }

    func object(_ id: String) async throws -> PushSubscription? {
        guard let id = PushSubscriptionID(id) else { return nil }
        return try await store.pushSubscriptions(of: principal).first { $0.id == id }
    }

    func update(_ old: PushSubscription, _ patch: JSONObject) async throws -> [UInt8]? {
        let current = try old.json()
        let patched = try PatchObject(patch).applied(to: current)
        for name in ["url", "keys"] where patched[name] != nil {
            throw SetError.invalid(name, "The \(name) of a push subscription stays what it was: create another one.")
        }
        for name in ["id", "deviceClientId"] where patched[name] != current[name] {
            throw SetError.invalid(name, "The \(name) of a push subscription stays what it was.")
        }
        let values = try PushSubscriptionValues(patched)
        let asked = try values.expires
        let code = try values.text("verificationCode")
        // Taken before the commit: what changes in between is pushed.
        let told = code == nil || old.isVerified ? nil : try await PushState(of: principal, in: store).eventID
        let new = try await store.updatePushSubscription(
            old.id,
            PushSubscriptionChange(verificationCode: code, expiresAt: asked, types: try values.types, told: told),
            for: principal)
        guard new.expiresAt != asked else { return nil }
        var json = JSONWriter()
        new.write([.expires], &json)
        return json.bytes
    }

    func destroy(_ subscription: PushSubscription) async throws {
        try await store.destroyPushSubscription(subscription.id, for: principal)
    }

    /// Too many within an hour is this record's fate alone.
    static func meaning(of error: any Error) -> any Error {
        guard let error = error as? MailStoreError, error.code == .tooSoon else { return error }
        return SetError(.rateLimit, error.message)
    }
}
