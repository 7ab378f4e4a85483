import JSON
import MailModel
import MailStore

extension Method {
    /// RFC 8620 §5.3. All updates at once, so that two maildrops may swap their names. Only the store is asked: whoever polls
    /// follows its change feed.
    static let maildropSet = Method(
        "Maildrop/set", .maildrop,
        .write { call, writer in
            let arguments = try SetArguments(&call)
            try call.arguments.end()
            var set = try MaildropSet(
                writer: writer, createdIDs: call.createdIDs,
                policy: call.store.addressPolicies[call.principal.role])
            try set.perform(arguments, &call)
        })
}

private struct MaildropSet: CreatesEach, DestroysEach {
    static let type = DataType.maildrop
    /// For a name or a sign-in that the same call frees.
    static let triesAgain = true
    static let noun = "maildrop"

    let writer: AccountWriter
    var createdIDs: CreatedIDs
    var result = SetResult()
    private let inbox: MailboxID
    /// Where this user's maildrops may be.
    private let policy: AddressPolicy

    init(writer: AccountWriter, createdIDs: CreatedIDs, policy: AddressPolicy) throws {
        self.policy = policy
        self.writer = writer
        self.createdIDs = createdIDs
        // Without an Inbox a maildrop must name its mailbox: no mailbox has this id.
        inbox = try writer.reader.mailbox(withRole: .inbox)?.id ?? MailboxID(rawValue: 0)
    }

    private var place: MaildropDraft.Place { .init(createdIDs: createdIDs, inbox: inbox, policy: policy) }

    func create(_ record: JSONObject) throws -> (id: String, unsaid: [UInt8]) {
        let draft = try MaildropDraft(creating: record, place)
        var password: Secret?
        if case .set(let secret) = draft.password { password = secret }
        let id: MaildropID
        do {
            id = try writer.createMaildrop(draft.settings, password: password)
        } catch let error as MailStoreError { throw try naming(error, draft.settings, besides: nil) }
        if let secret = draft.sendingPassword { try writer.setSubmissionPassword(secret, of: id) }
        guard let maildrop = try writer.reader.maildrop(id) else { throw SetError.notFound(Self.noun) }
        return (id.description, maildrop.json(unsaidIn: record))
    }

    mutating func update(_ patches: [(id: String, patch: JSONObject)], except destroyed: [String]) throws {
        let destroyed = Set(destroyed.compactMap { createdIDs.resolve($0) })
        var updates: [MaildropID: MaildropUpdate] = [:]
        var outcomes: [(id: String, outcome: Result<MaildropID, any Error>)] = []
        for (reference, patch) in patches {
            let id = createdIDs.resolve(reference) ?? reference
            let outcome = Result<MaildropID, any Error> {
                guard let maildrop = try MaildropID(id).flatMap({ try writer.reader.maildrop($0) }) else {
                    throw SetError.notFound(Self.noun)
                }
                guard !destroyed.contains(id) else {
                    throw SetError(.willDestroy, "The same call destroys this \(Self.noun).")
                }
                guard updates[maildrop.id] == nil else {
                    throw SetError(.invalidPatch, "There are two patches for this \(Self.noun).")
                }
                updates[maildrop.id] = try update(maildrop, patch)
                return maildrop.id
            }
            outcomes.append((id, outcome))
        }
        let refused = updates.isEmpty ? [:] : try writer.updateMaildrops(updates)
        for (id, outcome) in outcomes {
            try result.update(
                id,
                outcome.flatMap { maildrop in
                    Result {
                        guard let error = refused[maildrop] else { return nil }
                        throw try naming(error, updates[maildrop]?.settings, besides: maildrop)
                    }
                })
        }
    }

    /// Nil when the patch changes nothing.
    private func update(_ maildrop: Maildrop, _ patch: JSONObject) throws -> MaildropUpdate? {
        let draft = try MaildropDraft(PatchObject(patch), of: maildrop, place)
        if case .keep = draft.password, draft.settings == maildrop.settings, draft.sendingPassword == nil { return nil }
        return MaildropUpdate(
            draft.settings, password: draft.password, submissionPassword: draft.sendingPassword)
    }

    /// Says of an `alreadyExists` error which properties another maildrop has.
    private func naming(
        _ error: MailStoreError, _ settings: MaildropSettings?, besides id: MaildropID?
    ) throws -> any Error {
        guard error.code == .alreadyExists else { return error }
        let others = try writer.reader.maildrops().filter { $0.id != id }
        let isNameTaken = others.contains { $0.settings.name == settings?.name }
        return SetError(
            .invalidProperties, error.message, properties: isNameTaken ? ["name"] : ["host", "username"])
    }

    func destroy(_ id: String) throws {
        guard let id = MaildropID(id) else { throw SetError.notFound(Self.noun) }
        try writer.destroyMaildrop(id)
    }
}
