import JSON
import MailModel
import MailStore
import WebAuthn

/// A request on its way to its response: what has been answered so far, and what later calls may refer to.
struct Exchange: Sendable {
    /// One element of `methodResponses`, its arguments written already.
    struct Answer: Sendable {
        let name: String
        let arguments: [UInt8]
        let callID: String
    }

    let store: MailStore
    let principal: Principal
    let limits: Limits.JMAP
    let remoteImages: any RemoteImageAddresses
    let unsubscriber: any OneClickUnsubscriber
    let relyingParty: RelyingParty?
    let now: Timestamp
    let using: Set<Capability>
    private(set) var answers: [Answer] = []
    private(set) var createdIDs: CreatedIDs
    private var octets = 0
    /// What references may still look at of the answers.
    private var walk: Int

    init(
        store: MailStore, principal: Principal, limits: Limits.JMAP, remoteImages: any RemoteImageAddresses,
        unsubscriber: any OneClickUnsubscriber, relyingParty: RelyingParty?, now: Timestamp, using: Set<Capability>,
        createdIDs: CreatedIDs?
    ) {
        self.store = store
        self.principal = principal
        self.limits = limits
        self.remoteImages = remoteImages
        self.unsubscriber = unsubscriber
        self.relyingParty = relyingParty
        self.now = now
        self.using = using
        self.createdIDs = createdIDs ?? CreatedIDs()
        walk = ResultReference.walk(limits)
    }

    /// What a method needs to answer `invocation`. What its references cost is counted, whether they lead anywhere or not.
    mutating func call(_ invocation: Request.Invocation) throws -> MethodCall {
        let arguments = try ResultReference.resolve(
            invocation.arguments, in: answers, limits: limits, walk: &walk)
        return MethodCall(
            store: store, principal: principal, limits: limits, remoteImages: remoteImages,
            unsubscriber: unsubscriber, relyingParty: relyingParty, now: now, using: using,
            arguments: Arguments(arguments), createdIDs: createdIDs,
            writer: JSONWriter(capacity: 1024, limit: max(0, limits.responseOctets - octets)))
    }

    /// Takes over what a method did that succeeded.
    mutating func complete(_ call: MethodCall, _ invocation: Request.Invocation) {
        createdIDs = call.createdIDs
        append(invocation.name, call.writer.bytes, invocation.callID)
        for answer in call.implicit { append(answer.name, answer.arguments, invocation.callID) }
    }

    mutating func fail(_ invocation: Request.Invocation, _ error: any Error) {
        let error = MethodError(error)
        var writer = JSONWriter()
        writer.value(type: error.kind.rawValue, description: error.description)
        append("error", writer.bytes, invocation.callID)
    }

    private mutating func append(_ name: String, _ arguments: [UInt8], _ callID: String) {
        answers.append(Answer(name: name, arguments: arguments, callID: callID))
        octets += arguments.count
    }

    /// The Response object (RFC 8620 §3.4).
    func response(sessionState: String, withCreatedIDs: Bool) -> [UInt8] {
        var writer = JSONWriter(capacity: octets + 64 * answers.count + 256)
        writer.beginObject()
        writer.key("methodResponses")
        writer.beginArray()
        for answer in answers {
            writer.beginArray()
            writer.value(answer.name)
            writer.value(json: answer.arguments)
            writer.value(answer.callID)
            writer.endArray()
        }
        writer.endArray()
        if withCreatedIDs {
            writer.key("createdIds")
            writer.beginObject()
            for (creationID, id) in createdIDs.sorted {
                writer.key(text: creationID)
                writer.value(id)
            }
            writer.endObject()
        }
        writer.key("sessionState")
        writer.value(sessionState)
        writer.endObject()
        return writer.bytes
    }
}
