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

    private func values(_ object: JSONObject) -> MaildropValues {
        MaildropValues(object: object, createdIDs: createdIDs, inbox: inbox)
    }

    func create(_ record: JSONObject) throws -> (id: String, unsaid: [UInt8]) {
        let values = values(record)
        try values.refuseUnknown()
        for name in ["id", "hasPassword", "signInProvider"] where record[name] != nil {
            throw SetError.invalid(name, "Only the server sets \(name).")
        }
        let settings = try values.settings()
        try settings.check(against: policy)
        try settings.submission?.check(against: policy)
        let sendingPassword = try values.submissionPassword()
        var password: Secret?
        if case .set(let secret) = try values.password() { password = secret }
        let id = try naming(settings, besides: nil) {
            try checkSending(settings, sendingPassword)
            let id = try writer.createMaildrop(settings, password: password)
            if let sendingPassword { try writer.setSubmissionPassword(sendingPassword, of: id) }
            return id
        }
        guard let maildrop = try writer.reader.maildrop(id) else { throw SetError.notFound(Self.noun) }
        return (id.description, maildrop.json(unsaidIn: record))
    }

    func object(_ id: String) throws -> Maildrop? {
        try MaildropID(id).flatMap { try writer.reader.maildrop($0) }
    }

    func update(_ maildrop: Maildrop, _ patch: JSONObject) throws {
        let patch = try PatchObject(patch)
        let current = try maildrop.json()
        var patched = try patch.applied(to: current)
        for name in ["id", "hasPassword", "signInProvider"] where patched[name] ?? .null != current[name] ?? .null {
            throw SetError.invalid(name, "Only the server sets \(name).")
        }
        // A patch's null removes the member; these two know a null of their own.
        for name in ["markSeenOlderThan", "password", "submission"]
        where patch.properties.contains(name) && patched[name] == nil {
            patched[name] = .null
        }
        let values = values(patched)
        try values.refuseUnknown()
        let settings = try values.settings()
        if settings.host != maildrop.settings.host || settings.port != maildrop.settings.port {
            try settings.check(against: policy)
        }
        let password = try values.password()
        try MaildropSecretRule.check(settings, password, of: maildrop)
        let sendingPassword = try values.submissionPassword()
        if settings.submission != maildrop.settings.submission { try settings.submission?.check(against: policy) }
        try MaildropSecretRule.check(sending: settings, password, sendingPassword: sendingPassword, of: maildrop)
        try checkSending(settings, sendingPassword)
        try naming(settings, besides: maildrop.id) {
            try writer.updateMaildrop(maildrop.id, settings, password: password)
            if let sendingPassword { try writer.setSubmissionPassword(sendingPassword, of: maildrop.id) }
        }
    }

    /// What would fail after the maildrop was written.
    private func checkSending(_ settings: MaildropSettings, _ password: Secret?) throws {
        guard let password else { return }
        guard settings.submission?.credential == .own else {
            throw SetError.invalid("submission", "submission: a password goes with a user name of its own.")
        }
        do { try MaildropRules.password(password) } catch {
            throw SetError.invalid("submission", "submission: \(error.message)")
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
