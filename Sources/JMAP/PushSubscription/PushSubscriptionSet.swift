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
            for (creationID, record) in arguments.create { try await set.create(creationID, record) }
            for (reference, patch) in arguments.update { try await set.update(reference, patch, arguments.destroy) }
            for id in set.createdIDs.resolveAll(arguments.destroy) { try await set.destroy(id) }
            call.createdIDs = set.createdIDs
            set.result.writeWithoutAccount(&call)
        })
}

private struct PushSubscriptionSet {
    let store: MailStore
    let principal: Principal
    var createdIDs: CreatedIDs
    var result = SetResult()

    init(_ call: MethodCall) {
        store = call.store
        principal = call.principal
        createdIDs = call.createdIDs
    }

    mutating func create(_ creationID: String, _ record: JSONObject) async throws {
        let outcome = await Self.outcome { try await created(record) }
        if case .success(let (subscription, _)) = outcome { createdIDs[creationID] = subscription.id.description }
        try result.create(creationID, outcome.map(\.1))
    }

    private func created(_ record: JSONObject) async throws -> (PushSubscription, [UInt8]) {
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
        json.beginObject()
        for property in told {
            json.key(text: property.rawValue)
            subscription.write(property, &json)
        }
        if record["keys"] == nil {
            json.key("keys")
            json.null()
        }
        json.endObject()
        return (subscription, json.bytes)
    }

    mutating func update(_ reference: String, _ patch: JSONObject, _ destroyed: [String]) async throws {
        let id = createdIDs.resolve(reference) ?? reference
        let isDestroyed = createdIDs.resolveAll(destroyed).contains(id)
        try result.update(id, await Self.outcome { try await updated(id, patch, isDestroyed) })
    }

    private func updated(_ text: String, _ patch: JSONObject, _ isDestroyed: Bool) async throws -> [UInt8]? {
        guard let id = PushSubscriptionID(text),
            let old = try await store.pushSubscriptions(of: principal).first(where: { $0.id == id })
        else { throw SetError.notFound("push subscription") }
        guard !isDestroyed else { throw SetError(.willDestroy, "The same call destroys this push subscription.") }
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
            id, PushSubscriptionChange(verificationCode: code, expiresAt: asked, types: try values.types, told: told),
            for: principal)
        guard new.expiresAt != asked else { return nil }
        var json = JSONWriter()
        new.write([.expires], &json)
        return json.bytes
    }

    mutating func destroy(_ text: String) async throws {
        try result.destroy(
            text,
            await Self.outcome {
                guard let id = PushSubscriptionID(text) else { throw SetError.notFound("push subscription") }
                try await store.destroyPushSubscription(id, for: principal)
            })
    }

    /// Too many within an hour is this record's fate alone.
    private static func outcome<Value>(_ body: () async throws -> Value) async -> Result<Value, any Error> {
        do {
            return .success(try await body())
        } catch let error as MailStoreError where error.code == .tooSoon {
            return .failure(SetError(.rateLimit, error.message))
        } catch {
            return .failure(error)
        }
    }
}
