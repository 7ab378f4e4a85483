import JSON
import MailModel
import MailStore

extension Method {
    /// RFC 8620 §5.3: a job is created and destroyed, never updated. Creating one returns before it is carried out.
    static let maildropJobSet = Method(
        "MaildropJob/set", .maildrop,
        .waiting { call, account in
            let arguments = try SetArguments(&call)
            try call.arguments.end()
            let oldState = try arguments.checkState(of: MaildropJob.self, call)
            if !arguments.create.isEmpty, !call.store.carriesOutJobs {
                throw MethodError(
                    .serverUnavailable, "Nobody polls in this process: jobs need the daemon (restante serve).")
            }
            var set = JobSet(call: call, account: account, createdIDs: call.createdIDs)
            try await set.perform(arguments, of: MaildropJob.self, from: oldState, &call)
        })
}

private struct JobSet: LiveSet {
    static let noun = "job"

    let call: MethodCall
    let account: Account
    var createdIDs: CreatedIDs
    var result = SetResult()

    init(call: MethodCall, account: Account, createdIDs: CreatedIDs) {
        self.call = call
        self.account = account
        self.createdIDs = createdIDs
    }

    private var owner: AccountID { call.principal.account }

    func create(_ record: JSONObject) async throws -> (id: String, unsaid: [UInt8]) {
        let (createdIDs, policy) = (createdIDs, call.store.addressPolicies[call.principal.role])
        let draft = try await account.read { try JobDraft(record, $0, createdIDs, policy) }
        let job = try call.store.createJob(draft.work, in: owner)
        return (job.id.description, job.json(unsaidIn: record))
    }

    func object(_ id: String) async throws -> MaildropJob? {
        JobID(id).flatMap { id in call.store.jobs(of: owner).first { $0.id == id } }
    }

    func update(_ job: MaildropJob, _ patch: JSONObject) async throws -> [UInt8]? {
        try job.refuseChanges(by: patch, of: Self.noun, "A job can't be changed: destroy it, and make another.")
        return nil
    }

    func destroy(_ job: MaildropJob) async throws { try call.store.destroyJob(job.id, in: owner) }
}

/// A job as a client wants it: `{type, maildropId, settings, address}`.
private struct JobDraft: Sendable {
    let work: JobWork

    init(
        _ record: JSONObject, _ reader: AccountReader, _ createdIDs: CreatedIDs, _ policy: AddressPolicy
    ) throws {
        for member in record.members where !["type", "maildropId", "settings", "address"].contains(member.key) {
            let isKnown = MaildropJobProperty(rawValue: member.key) != nil
            throw SetError.invalid(
                member.key,
                isKnown ? "Only the server sets \(member.key)." : "Jobs have no property \(member.key.quoted).")
        }
        guard let kind = record["type"]?.string.flatMap(MaildropJob.Kind.init(rawValue:)) else {
            let words = MaildropJob.Kind.allCases.map(\.rawValue).joined(separator: ", ")
            throw SetError.invalid("type", "type is one of: \(words).")
        }
        let maildrop = try Self.maildrop(record["maildropId"] ?? .null, reader, createdIDs)
        let settings = record["settings"] ?? .null
        guard settings.isNull || settings.object != nil else {
            throw SetError.invalid("settings", "settings is null or an object.")
        }
        let address = record["address"] ?? .null
        guard address.isNull || kind == .discover else {
            throw SetError.invalid("address", "An address goes with the type discover.")
        }
        switch kind {
        case .discover:
            guard maildrop == nil else { throw SetError.invalid("maildropId", "An address has no maildrop yet.") }
            guard settings.isNull else { throw SetError.invalid("settings", "An address has no settings yet.") }
            guard let text = address.string, (3...320).contains(text.utf8.count), text.contains("@") else {
                throw SetError.invalid("address", "address is a mail address.")
            }
            work = .discover(address: text)
        case .poll:
            guard settings.isNull else { throw SetError.invalid("settings", "A poll takes a maildrop as it is saved.") }
            guard let maildrop else { throw SetError.invalid("maildropId", "A poll is of a maildrop.") }
            work = .poll(maildrop.id)
        case .test:
            let place = MaildropDraft.Place(
                createdIDs: createdIDs, inbox: try reader.mailbox(withRole: .inbox)?.id ?? MailboxID(rawValue: 0),
                policy: policy)
            work = .test(try Self.trial(settings.object, maildrop, place), of: maildrop?.id)
        }
    }

    private static func maildrop(
        _ value: JSONValue, _ reader: AccountReader, _ createdIDs: CreatedIDs
    ) throws -> Maildrop? {
        guard !value.isNull else { return nil }
        let id = value.string.flatMap { createdIDs.resolve($0) }.flatMap { MaildropID($0) }
        guard let maildrop = try id.flatMap({ try reader.maildrop($0) }) else {
            throw SetError.invalid("maildropId", "maildropId is not the id of a maildrop.")
        }
        return maildrop
    }

    /// Settings as they are saved; as they would be after a patch; or of a maildrop that is not there yet.
    private static func trial(
        _ settings: JSONObject?, _ maildrop: Maildrop?, _ place: MaildropDraft.Place
    ) throws -> MaildropTrial {
        switch (maildrop, settings) {
        case (nil, nil): throw SetError.invalid("settings", "A test is of a maildrop, of settings, or of both.")
        case (let maildrop?, nil):
            return MaildropTrial(maildrop.settings, .kept(maildrop.id), sending: .kept(maildrop.id))
        case (let maildrop?, let patch?):
            let draft = try MaildropDraft(PatchObject(patch), of: maildrop, place)
            return try trial(draft, of: maildrop.id)
        case (nil, var record?):
            // A test needs no name; a maildrop does.
            if record["name"] == nil { record["name"] = .string("test") }
            return try trial(try MaildropDraft(creating: record, place), of: nil)
        }
    }

    private static func trial(_ draft: MaildropDraft, of maildrop: MaildropID?) throws -> MaildropTrial {
        let settings = try MaildropRules.checked(draft.settings)
        let credential: MaildropTrial.Credential
        switch draft.password {
        case .set(let password):
            try MaildropRules.password(password)
            credential = .given(password)
        case .keep: credential = maildrop.map { .kept($0) } ?? .nothing
        case .remove: credential = .nothing
        }
        let sending: MaildropTrial.Credential =
            draft.sendingPassword.map { .given($0) } ?? maildrop.map { .kept($0) } ?? .nothing
        return MaildropTrial(settings, credential, sending: sending)
    }
}
