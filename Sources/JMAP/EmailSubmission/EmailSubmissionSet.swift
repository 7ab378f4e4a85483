import JSON
import MailModel
import MailStore

extension Method {
    /// RFC 8621 §7.5. The implicit Email/set is made in the same transaction: a message is on the queue and its draft is
    /// filed away, or neither.
    static let emailSubmissionSet = Method(
        "EmailSubmission/set", .submission,
        .waiting { call, account in
            let arguments = try SetArguments(&call)
            let success = try OnSuccess(&call.arguments)
            try call.arguments.end()
            if !arguments.create.isEmpty { try await call.store.senders.note(account.id) }
            try await call.noteSnoozer(success.update.map { ($0.reference, $0.patch) })
            let before = call
            call = try await account.write { writer in
                var call = before
                var set = EmailSubmissionSet(writer: writer, createdIDs: call.createdIDs, now: call.now)
                try set.perform(arguments, &call)
                try success.apply(to: set.succeeded, writer, &call)
                try call.checkSize()
                return call
            }
        })
}

private struct EmailSubmissionSet: CreatesEach, UpdatesEach, DestroysEach {
    static let type = DataType.emailSubmission
    static let noun = "submission"

    let writer: AccountWriter
    var createdIDs: CreatedIDs
    let now: Timestamp
    var result = SetResult()
    /// The emails of submissions that were created, updated or destroyed, by the submission's id.
    var succeeded: [String: EmailID] = [:]

    init(writer: AccountWriter, createdIDs: CreatedIDs, now: Timestamp) {
        self.writer = writer
        self.createdIDs = createdIDs
        self.now = now
    }

    func object(_ id: String) throws -> EmailSubmission? {
        try SubmissionID(id).flatMap { try writer.reader.submissions([$0]).first }
    }

    mutating func create(_ record: JSONObject) throws -> (id: String, unsaid: [UInt8]) {
        let submission = try SubmissionCreation(writer: writer, createdIDs: createdIDs, now: now).create(record)
        succeeded[submission.id.description] = submission.email
        var json = JSONWriter()
        submission.write(EmailSubmissionProperty.standard.filter { record[$0.rawValue]?.isNull ?? true }, &json)
        return (submission.id.description, json.bytes)
    }

    mutating func update(_ submission: EmailSubmission, _ patch: JSONObject) throws -> [UInt8]? {
        let patch = try PatchObject(patch)
        let current = try submission.json()
        let patched = try patch.applied(to: current)
        for name in patch.properties where name != "undoStatus" && name != "sendState" {
            guard patched[name] ?? .null == current[name] ?? .null else {
                throw SetError.invalid(name, "The property \(name.quoted) of a submission does not change.")
            }
        }
        if patched["undoStatus"] != current["undoStatus"] {
            guard patched["sendState"] == current["sendState"] else {
                throw SetError.invalid("sendState", "undoStatus and sendState are not changed together.")
            }
            try cancel(submission, patched["undoStatus"])
        } else if patched["sendState"] != current["sendState"] {
            try resolve(submission, patched["sendState"])
        }
        succeeded[submission.id.description] = submission.email
        return nil
    }

    private func cancel(_ submission: EmailSubmission, _ value: JSONValue?) throws {
        guard value?.string == EmailSubmission.UndoStatus.canceled.rawValue else {
            throw SetError.invalid("undoStatus", "undoStatus can be set to \"canceled\" alone.")
        }
        guard try writer.cancelSubmission(submission.id) else {
            throw SetError(.cannotUnsend, "The message can't be taken back: a server has it, or may have it.")
        }
    }

    /// What a person says of a message that may or may not have been sent (docs/decisions/0057).
    private func resolve(_ submission: EmailSubmission, _ value: JSONValue?) throws {
        let resolution: SubmissionResolution
        switch value?.string {
        case "pending": resolution = .sendAgain
        case "sent": resolution = .arrived
        case "failed": resolution = .giveUp
        default:
            throw SetError.invalid(
                "sendState", "sendState \"inDoubt\" is set to \"pending\" (send again), \"sent\" or \"failed\".")
        }
        guard try writer.resolveSubmission(submission.id, resolution) else {
            throw SetError.invalid("sendState", "sendState is set only while it is \"inDoubt\".")
        }
    }

    mutating func destroy(_ id: String) throws {
        guard let submission = try object(id) else { throw SetError.notFound(Self.noun) }
        try writer.destroySubmission(submission.id)
        succeeded[id] = submission.email
    }
}

/// What is to become of the emails of submissions that succeed (RFC 8621 §7.5).
private struct OnSuccess {
    let update: [(reference: String, patch: JSONObject)]
    private let destroy: [String]

    init(_ arguments: inout Arguments) throws {
        update = try (arguments.takeOptionalObject("onSuccessUpdateEmail")?.members ?? []).map { member in
            guard let patch = member.value.object else {
                throw MethodError.invalidArguments("onSuccessUpdateEmail is a map of ids to objects.")
            }
            return (reference: member.key, patch: patch)
        }
        destroy = try arguments.takeOptionalStrings("onSuccessDestroyEmail") ?? []
    }

    /// Makes the one implicit Email/set, if there is anything for it to do; its answer follows the call's own.
    func apply(to succeeded: [String: EmailID], _ writer: AccountWriter, _ call: inout MethodCall) throws {
        let createdIDs = call.createdIDs
        func email(_ reference: String) -> String? {
            createdIDs.resolve(reference).flatMap { succeeded[$0] }?.description
        }
        let updates = update.compactMap { entry in email(entry.reference).map { (id: $0, patch: entry.patch) } }
        let destroyed = destroy.compactMap(email)
        guard !updates.isEmpty || !destroyed.isEmpty else { return }
        try call.answerImplicitly("Email/set") { call in
            var set = EmailSet(writer: writer, createdIDs: createdIDs, using: call.using, now: call.now)
            try set.perform(SetArguments(update: updates, destroy: destroyed), &call)
        }
    }
}
