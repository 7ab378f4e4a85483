import JSON
import MIME
import MailModel
import MailStore

extension Method {
    /// RFC 8621 §4.8. Messages are parsed, hashed and synced before the transaction that stores them. A message that the
    /// account has already is not stored a second time.
    static let emailImport = Method(
        "Email/import", .mail,
        .waiting { call, account in
            let arguments = try EmailImportArguments(&call)
            var imports = Imports(account: account)
            let prepared = try await imports.prepare(arguments.records, call.createdIDs)
            let before = call
            call = try await account.write { writer in
                var call = before
                let oldState = try writer.reader.state(of: .email)
                try arguments.check(oldState)
                var result = SetResult()
                for (creationID, record) in prepared {
                    let outcome = Result { try record.get().add(writer, now: call.now) }
                    if case .success(let email) = outcome { call.createdIDs[creationID] = email.id.description }
                    try result.create(creationID, outcome.map { $0.json })
                }
                call.writer.beginObject()
                result.writeCreated(oldState: oldState, newState: try writer.reader.state(of: .email), &call)
                call.writer.endObject()
                try call.checkSize()
                return call
            }
        })
}

/// The messages of one call, each read and parsed once, and not at all if the account has it.
private struct Imports {
    let account: Account
    private var messages: [BlobID: Result<PreparedMessage, SetError>] = [:]

    init(account: Account) { self.account = account }

    mutating func prepare(
        _ records: [(creationID: String, record: JSONObject)], _ createdIDs: CreatedIDs
    ) async throws -> [(String, Result<PreparedImport, SetError>)] {
        var prepared: [(String, Result<PreparedImport, SetError>)] = []
        for (creationID, record) in records {
            try Task.checkCancellation()
            do {
                let values = try ImportValues(record, createdIDs)
                let message = try await message(values.blobID).get()
                prepared.append((creationID, .success(PreparedImport(message: message, values: values))))
            } catch {
                guard let error = SetError(error) else { throw error }
                prepared.append((creationID, .failure(error)))
            }
        }
        return prepared
    }

    private mutating func message(_ id: BlobID) async throws -> Result<PreparedMessage, SetError> {
        if let known = messages[id] { return known }
        let message: Result<PreparedMessage, SetError>
        do {
            message = .success(try await read(id))
        } catch {
            guard let error = SetError(error) else { throw error }
            message = .failure(error)
        }
        messages[id] = message
        return message
    }

    private func read(_ id: BlobID) async throws -> PreparedMessage {
        let account = account
        let source = try await account.read { reader in
            // A part's octets may be a message that the account has; that shows when they are hashed.
            if id == id.whole, let existing = try reader.emails(withBlob: id).first {
                throw SetError.alreadyExists(existing)
            }
            let writer = account.makeBlobFile()
            let isFound = try reader.copy(id, to: writer)
            return isFound ? try writer.finish() : nil
        }
        guard let source else { throw ImportValues.noBlob }
        let message = try await account.prepare(source)
        guard message.isUnparsed || message.summary.isOfAMessage else {
            throw SetError(.invalidEmail, "These octets are no message: they do not begin with header fields.")
        }
        return message
    }
}

extension SetError {
    fileprivate static func alreadyExists(_ id: EmailID) -> SetError {
        SetError(.alreadyExists, "The account has this message already.", existingID: id.description)
    }
}

private struct EmailImportArguments {
    private let ifInState: String?
    let records: [(creationID: String, record: JSONObject)]

    init(_ call: inout MethodCall) throws {
        try call.takeAccountID()
        ifInState = try call.arguments.takeOptionalString("ifInState")
        let emails = try call.arguments.takeObject("emails")
        try call.arguments.end()
        guard emails.count <= call.limits.objectsInSet else {
            throw MethodError(.requestTooLarge, "\(emails.count) objects are more than \(call.limits.objectsInSet).")
        }
        records = try emails.members.map { member in
            guard member.key.isJMAPID, let record = member.value.object else {
                throw MethodError.invalidArguments("The argument emails is not a map of ids to objects.")
            }
            return (creationID: member.key, record: record)
        }
    }

    func check(_ state: StateToken) throws {
        guard let ifInState, ifInState != state.description else { return }
        throw MethodError(.stateMismatch, "The state is \(state), not \(ifInState.quoted).")
    }
}

/// What an EmailImport object says.
private struct ImportValues: Sendable {
    let blobID: BlobID
    let mailboxIDs: Set<MailboxID>
    let keywords: Set<Keyword>
    let receivedAt: Timestamp?

    init(_ record: JSONObject, _ createdIDs: CreatedIDs) throws {
        for member in record.members
        where !["blobId", "mailboxIds", "keywords", "receivedAt"].contains(member.key) {
            throw SetError.invalid(member.key, "An import has no property \(member.key.quoted).")
        }
        guard let blobID = record["blobId"]?.string.flatMap({ createdIDs.resolve($0) }).flatMap({ BlobID($0) }) else {
            throw Self.noBlob
        }
        mailboxIDs = try EmailValues.mailboxIDs(record["mailboxIds"], createdIDs)
        keywords = try EmailValues.keywords(record["keywords"])
        receivedAt = try EmailValues.receivedAt(record["receivedAt"])
        self.blobID = blobID
    }

    static let noBlob = SetError.invalid("blobId", "There is no such blob.")
}

/// An EmailImport object whose message is ready to be stored.
private struct PreparedImport: Sendable {
    let message: PreparedMessage
    let values: ImportValues

    func add(_ writer: AccountWriter, now: Timestamp) throws -> CreatedEmail {
        if let existing = try writer.reader.emails(withBlob: message.blob.id).first {
            throw SetError.alreadyExists(existing)
        }
        let id = try writer.addEmail(
            Arrival(
                message, mailboxIDs: values.mailboxIDs, keywords: values.keywords,
                receivedAt: values.receivedAt
                    ?? ReceivedAt.polled(received: message.summary.receivedAt, date: nil, fetchedAt: now)))
        guard let email = try writer.reader.emails([id]).first else { throw SetError.notFound("email") }
        return CreatedEmail(email)
    }
}

extension MessageSummary {
    /// Whether any field that messages have was found.
    var isOfAMessage: Bool {
        messageIDs != nil || from != nil || sender != nil || to != nil || cc != nil || bcc != nil || subject != nil
            || sentAt != nil || receivedAt != nil
    }
}
