import JSON
import MailModel
import MailStore
import WebAuthn

/// One method call while it is answered.
struct MethodCall {
    let store: MailStore
    let principal: Principal
    let limits: Limits.JMAP
    let remoteImages: any RemoteImageAddresses
    let unsubscriber: any OneClickUnsubscriber
    /// For whom passkeys are where the call came from; nil where there are none.
    let relyingParty: RelyingParty?
    let now: Timestamp
    /// The capabilities that the request opted into.
    let using: Set<Capability>
    /// What the client gave, result references resolved.
    var arguments: Arguments
    var createdIDs: CreatedIDs
    /// Takes the response's arguments: one object.
    var writer: JSONWriter
    /// Answers of calls that this one made of itself; they follow its own (RFC 8621 §7.5).
    var implicit: [(name: String, arguments: [UInt8])] = []

    /// Adds the answer of a call that the client did not make.
    mutating func answerImplicitly(_ name: String, _ write: (inout MethodCall) throws -> Void) throws {
        var other = self
        other.writer = JSONWriter(limit: max(0, limits.responseOctets - writer.bytes.count))
        try write(&other)
        try other.checkSize()
        implicit.append((name, other.writer.bytes))
    }

    /// Reads the `accountId` that every method on account data takes. An account of somebody else is no account.
    mutating func takeAccountID() throws {
        let id = try arguments.takeString("accountId")
        guard id == principal.account.description else { throw MethodError(.accountNotFound) }
    }

    /// Refuses an answer that is larger than what is left of the response. Who writes calls it before committing.
    func checkSize() throws {
        guard !writer.isOverLimit else {
            throw MethodError(
                .requestTooLarge, "The response would have more than \(limits.responseOctets) octets; ask for less.")
        }
    }

    mutating func writeAccountID() {
        writer.key("accountId")
        writer.value(principal.account)
    }
}
