import JSON
import MailModel
import MailStore

extension Method {
    /// RFC 8620 §5.3. Only the store is asked: whoever polls follows its change feed.
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

private struct MaildropSet: CreatesEach, UpdatesEach, DestroysEach {
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
        let id = try naming(draft.settings, besides: nil) {
            let id = try writer.createMaildrop(draft.settings, password: password)
            if let secret = draft.sendingPassword { try writer.setSubmissionPassword(secret, of: id) }
            return id
        }
        guard let maildrop = try writer.reader.maildrop(id) else { throw SetError.notFound(Self.noun) }
        return (id.description, maildrop.json(unsaidIn: record))
    }

    func object(_ id: String) throws -> Maildrop? {
        try MaildropID(id).flatMap { try writer.reader.maildrop($0) }
    }

    func update(_ maildrop: Maildrop, _ patch: JSONObject) throws {
        let draft = try MaildropDraft(PatchObject(patch), of: maildrop, place)
        if case .keep = draft.password, draft.settings == maildrop.settings, draft.sendingPassword == nil { return }
        try naming(draft.settings, besides: maildrop.id) {
            try writer.updateMaildrop(maildrop.id, draft.settings, password: draft.password)
            if let secret = draft.sendingPassword { try writer.setSubmissionPassword(secret, of: maildrop.id) }
        }
    }

    /// Says of an `alreadyExists` error which properties another maildrop has.
    private func naming<Success>(
        _ settings: MaildropSettings, besides id: MaildropID?, _ body: () throws -> Success
    ) throws -> Success {
        do {
            return try body()
        } catch let error as MailStoreError where error.code == .alreadyExists {
            let others = try writer.reader.maildrops().filter { $0.id != id }
            let isNameTaken = others.contains { $0.settings.name == settings.name }
            throw SetError(
                .invalidProperties, error.message, properties: isNameTaken ? ["name"] : ["host", "username"])
        }
    }

    func destroy(_ id: String) throws {
        guard let id = MaildropID(id) else { throw SetError.notFound(Self.noun) }
        try writer.destroyMaildrop(id)
    }
}
