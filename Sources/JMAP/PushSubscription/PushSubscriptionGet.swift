import JSON
import MailModel
import MailStore

extension Method {
    /// RFC 8620 §7.2.1. It has neither account nor state: a subscription is the credential's that created it, and only that
    /// one's are told of.
    static let pushSubscriptionGet = Method(
        "PushSubscription/get", .core,
        .waiting { call, _ in
            let requested = try RequestedIDs<PushSubscriptionID>(&call)
            let names = try call.arguments.peekStrings("properties") ?? []
            if let name = names.first(where: PushSubscriptionProperty.hidden.contains) {
                throw MethodError(.forbidden, "Nobody is told the \(name) of a push subscription.")
            }
            let properties = try call.arguments.takeProperties(PushSubscriptionProperty.self)
            try call.arguments.end()
            let all = try await call.store.pushSubscriptions(of: call.principal)
            let found = requested.select(all, id: \.id)
            call.writer.beginObject()
            call.writer.key("list")
            call.writer.beginArray()
            for subscription in found { subscription.write(properties, &call.writer) }
            call.writer.endArray()
            requested.writeNotFound(Set(found.map(\.id)), &call.writer)
            call.writer.endObject()
            try call.checkSize()
        })
}
