import JSON
import MailModel
import MailStore

extension Method {
    /// RFC 8621 §4.6. New messages are written, parsed, hashed and synced before the transaction that stores them.
    static let emailSet = Method(
        "Email/set", .mail,
        .waiting { call, account in
            let arguments = try SetArguments(&call)
            try call.arguments.end()
            let prepared = try await prepare(arguments.create, call, account)
            try await call.noteSnoozer(arguments.update.map { ($0.id, $0.patch) })
            let before = call
            call = try await account.write { writer in
                var call = before
                var set = EmailSet(
                    writer: writer, createdIDs: call.createdIDs, prepared: prepared, using: call.using, now: call.now)
                try set.perform(arguments, &call)
                try call.checkSize()
                return call
            }
        })

    private static func prepare(
        _ records: [(creationID: String, record: JSONObject)], _ call: MethodCall, _ account: Account
    ) async throws -> [(String, Result<PreparedCreation, SetError>)] {
        var prepared: [(String, Result<PreparedCreation, SetError>)] = []
        for (creationID, record) in records {
            do {
                let creation = try EmailCreation(record, call.createdIDs, MessageStamp(now: call.now))
                prepared.append((creationID, .success(try await PreparedCreation(creation, call.limits, account))))
            } catch {
                guard let error = SetError(error) else { throw error }
                prepared.append((creationID, .failure(error)))
            }
        }
        return prepared
    }
}

struct EmailSet: UpdatesEach, DestroysEach {
    static let type = DataType.email
    static let noun = "email"

    let writer: AccountWriter
    var createdIDs: CreatedIDs
    var result = SetResult()
    /// What the call creates, ready but for the transaction.
    private let prepared: [(String, Result<PreparedCreation, SetError>)]
    private let using: Set<Capability>
    private let now: Timestamp

    init(
        writer: AccountWriter, createdIDs: CreatedIDs, prepared: [(String, Result<PreparedCreation, SetError>)] = [],
        using: Set<Capability>, now: Timestamp
    ) {
        self.writer = writer
        self.createdIDs = createdIDs
        self.prepared = prepared
        self.using = using
        self.now = now
    }

    mutating func create(_: [(creationID: String, record: JSONObject)]) throws {
        for (creationID, record) in prepared {
            let outcome = Result { try record.get().add(writer, now: now) }
            if case .success(let email) = outcome { createdIDs[creationID] = email.id.description }
            try result.create(creationID, outcome.map(\.json))
        }
    }

    func object(_ id: String) throws -> Email? { try EmailID(id).flatMap { try writer.reader.emails([$0]).first } }

    func update(_ email: Email, _ patch: JSONObject) throws -> [UInt8]? {
        let patch = try PatchObject(Self.withLowerCaseKeywords(patch))
        guard using.contains(.view), patch.properties.contains("snoozed") || patch.properties.contains("mailboxIds")
        else {
            try update(email, patch)
            return nil
        }
        let before = try writer.reader.snooze(of: email.id)
        try update(email, patch)
        return try unsaid(of: email.id, since: before, patch)
    }

    /// What became of an email's `snoozed` and `mailboxIds` that the patch does not say itself (RFC 8620 §5.3).
    private func unsaid(of id: EmailID, since before: Snooze?, _ patch: PatchObject) throws -> [UInt8]? {
        guard try writer.reader.snooze(of: id) != before, let email = try writer.reader.emails([id]).first else {
            return nil
        }
        let names: [EmailProperty.Name] = patch.properties.contains("snoozed") ? [.snoozed, .mailboxIds] : [.snoozed]
        var json = JSONWriter()
        try EmailWriter.write(email, EmailSelection(names.map(EmailProperty.named)), writer.reader, &json)
        return json.bytes
    }

    /// Keywords are in lower case whatever a client writes (RFC 8621 §4.1.1), so paths to them must be too.
    private static func withLowerCaseKeywords(_ patch: JSONObject) throws -> JSONObject {
        let prefix = "keywords/"
        guard patch.members.contains(where: { $0.key.hasPrefix(prefix) }) else { return patch }
        var lowered = JSONObject()
        for member in patch.members {
            let key = member.key.hasPrefix(prefix) ? member.key.lowercased() : member.key
            guard lowered.insert(key, member.value) else {
                throw SetError(.invalidPatch, "The path \(key.quoted) is given twice.")
            }
        }
        return lowered
    }

    /// An update is whole or not at all: everything is read and checked before the first change.
    private func update(_ email: Email, _ patch: PatchObject) throws {
        let current = try json(of: email, patch.properties)
        let patched = try patch.applied(to: current)
        for name in patch.properties where !["keywords", "mailboxIds", "snoozed"].contains(name) {
            guard patched[name] ?? .null == current[name] ?? .null else {
                throw SetError.invalid(name, "The property \(name.quoted) of an email does not change.")
            }
        }
        let keywords =
            patch.properties.contains("keywords") ? try EmailValues.keywords(patched["keywords"]) : nil
        let mailboxes =
            patch.properties.contains("mailboxIds")
            ? try EmailValues.mailboxIDs(patched["mailboxIds"], createdIDs) : nil
        let snooze = try SnoozeChange(patched["snoozed"], from: current["snoozed"], mailboxes: mailboxes, createdIDs)
        if let mailboxes { try check(mailboxes) }
        if let keywords { try check(keywords) }
        // What can still be refused comes first, and changes nothing then.
        if let snooze {
            try snooze.apply(to: email.id, writer)
        } else if let mailboxes {
            try writer.setMailboxes(mailboxes, of: email.id)
        }
        if let keywords { try writer.setKeywords(keywords, on: email.id) }
    }

    private func check(_ mailboxes: Set<MailboxID>) throws {
        let found = try writer.reader.mailboxes(mailboxes.sorted())
        guard found.count == mailboxes.count else {
            let missing = mailboxes.subtracting(found.map(\.id)).sorted().map(\.description)
            throw SetError.invalid("mailboxIds", "There is no mailbox \(missing.joined(separator: ", ")).")
        }
    }

    private func check(_ keywords: Set<Keyword>) throws {
        guard keywords.count <= EmailRules.keywords else {
            throw SetError(
                .tooManyKeywords, "\(keywords.count) keywords are over the limit of \(EmailRules.keywords) an email.")
        }
    }

    /// The properties that a patch touches, as Email/get would answer.
    private func json(of email: Email, _ names: [String]) throws -> JSONObject {
        let properties = try names.map { name in
            guard let property = try? EmailProperty(name), property != .named(.snoozed) || using.contains(.view) else {
                throw SetError.invalid(name, "Emails have no property \(name.quoted) to set.")
            }
            return property
        }
        var json = JSONWriter(limit: 10_000_000)
        try EmailWriter.write(email, EmailSelection(properties), writer.reader, &json)
        guard !json.isOverLimit else { throw SetError(.tooLarge, "The properties given are too large to compare.") }
        return try JSONParser.parse(json.bytes, limits: JSONLimits(depth: 256)).object ?? JSONObject()
    }

    func destroy(_ id: String) throws {
        guard let id = EmailID(id) else { throw SetError.notFound(Self.noun) }
        try writer.destroyEmail(id)
    }
}
