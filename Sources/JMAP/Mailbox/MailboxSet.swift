import JSON
import MailModel
import MailStore

extension Method {
    /// RFC 8621 §2.5. Creates first, parents before their children; then all updates at once, so that two mailboxes may
    /// swap their names; then destroys, children before their parents.
    static let mailboxSet = Method(
        "Mailbox/set", .mail,
        .write { call, writer in
            let arguments = try SetArguments(&call)
            let removesEmails = try call.arguments.takeBool("onDestroyRemoveEmails", default: false)
            try call.arguments.end()
            var set = MailboxSet(
                writer: writer, createdIDs: call.createdIDs, emails: removesEmails ? .remove : .keep)
            try set.perform(arguments, &call)
        })
}

private struct MailboxSet: CreatesEach {
    static let type = DataType.mailbox
    /// For a name or a role that the same call frees.
    static let triesAgain = true

    let writer: AccountWriter
    var createdIDs: CreatedIDs
    var result = SetResult()
    /// What becomes of the emails of a mailbox that is destroyed.
    let emails: MailboxEmails

    init(writer: AccountWriter, createdIDs: CreatedIDs, emails: MailboxEmails) {
        self.writer = writer
        self.createdIDs = createdIDs
        self.emails = emails
    }

    // MARK: Create

    /// A record whose parent is another one of the same call waits for it.
    mutating func create(_ records: [(creationID: String, record: JSONObject)]) throws {
        var waiting = records
        while !waiting.isEmpty {
            let uncreated = Set(waiting.map(\.creationID))
            let ready = waiting.filter { !waits($0.record, for: uncreated) }
            // What is left waits for itself in a circle: it is refused for its parent.
            let next = ready.isEmpty ? waiting : ready
            for (creationID, record) in next { try create(creationID, record) }
            let done = Set(next.map(\.creationID))
            waiting.removeAll { done.contains($0.creationID) }
        }
    }

    private func waits(_ record: JSONObject, for uncreated: Set<String>) -> Bool {
        guard let parent = record["parentId"]?.string, parent.hasPrefix("#") else { return false }
        return uncreated.contains(String(parent.dropFirst()))
    }

    func create(_ record: JSONObject) throws -> (id: String, unsaid: [UInt8]) {
        let new = try newMailbox(record)
        let id = try naming(sibling: new.name, in: new.parentID) { try writer.createMailbox(new) }
        guard let mailbox = try writer.reader.mailboxes([id]).first else { throw SetError.notFound("mailbox") }
        return (id.description, mailbox.json(unsaidIn: record))
    }

    private func newMailbox(_ record: JSONObject) throws -> NewMailbox {
        for member in record.members {
            guard let property = MailboxProperty(rawValue: member.key) else {
                throw SetError.invalid(member.key, "Mailboxes have no property \(member.key.quoted).")
            }
            guard property.isSettable else {
                throw SetError.invalid(member.key, "Only the server sets \(member.key).")
            }
        }
        var new = NewMailbox(name: "")
        let values = MailboxValues(record, createdIDs)
        new.name = try values.name()
        new.parentID = try values.parentID()
        new.role = try values.role()
        new.sortOrder = try values.sortOrder()
        new.isSubscribed = try values.isSubscribed()
        return new
    }

    /// Adds to an `alreadyExists` error which mailbox has the name.
    private func naming<Success>(
        sibling name: String, in parent: MailboxID?, _ body: () throws -> Success
    ) throws -> Success {
        do {
            return try body()
        } catch let error as MailStoreError where error.code == .alreadyExists {
            let sibling = try writer.reader.mailboxes().first { $0.parentID == parent && $0.name == name }
            throw SetError(.alreadyExists, error.message, existingID: sibling?.id.description)
        }
    }

    // MARK: Update

    mutating func update(_ patches: [(id: String, patch: JSONObject)], except destroyed: [String]) throws {
        let destroyed = Set(destroyed.compactMap { createdIDs.resolve($0) })
        var updates: [MailboxID: MailboxUpdate] = [:]
        var failures: [String: any Error] = [:]
        for (reference, patch) in patches {
            do {
                let (id, update) = try self.update(reference, patch, destroyed)
                guard updates[id] == nil else {
                    throw SetError(.invalidPatch, "There are two patches for this mailbox.")
                }
                updates[id] = update
            } catch {
                failures[reference] = error
            }
        }
        let refused = updates.isEmpty ? [:] : try writer.updateMailboxes(updates)
        for (reference, _) in patches {
            let id = createdIDs.resolve(reference) ?? reference
            let failure =
                try failures[reference] ?? MailboxID(id).flatMap { try self.failure(refused[$0], $0, updates[$0]) }
            try result.update(id, failure.map { .failure($0) } ?? .success(nil))
        }
    }

    private func failure(
        _ error: MailStoreError?, _ id: MailboxID, _ update: MailboxUpdate?
    ) throws -> (any Error)? {
        guard let error, error.code == .alreadyExists else { return error }
        let all = try writer.reader.mailboxes()
        let own = all.first { $0.id == id }
        let (name, parent) = (update?.name ?? own?.name, update?.parentID ?? own?.parentID)
        let sibling = all.first { $0.id != id && $0.name == name && $0.parentID == parent }
        return SetError(.alreadyExists, error.message, existingID: sibling?.id.description)
    }

    private func update(
        _ reference: String, _ patch: JSONObject, _ destroyed: Set<String>
    ) throws -> (MailboxID, MailboxUpdate) {
        guard let text = createdIDs.resolve(reference), let id = MailboxID(text),
            let mailbox = try writer.reader.mailboxes([id]).first
        else { throw SetError.notFound("mailbox") }
        guard !destroyed.contains(text) else {
            throw SetError(.willDestroy, "The same call destroys this mailbox.")
        }
        return (id, try update(of: mailbox, PatchObject(patch)))
    }

    private func update(of mailbox: Mailbox, _ patch: PatchObject) throws -> MailboxUpdate {
        let current = try mailbox.json()
        let patched = try patch.applied(to: current)
        let values = MailboxValues(patched, createdIDs)
        var update = MailboxUpdate()
        for name in patch.properties {
            guard let property = MailboxProperty(rawValue: name) else {
                throw SetError.invalid(name, "Mailboxes have no property \(name.quoted).")
            }
            switch property {
            case .name: update.name = try values.name()
            case .parentId: update.parentID = .some(try values.parentID())
            case .role: update.role = .some(try role(values, of: mailbox))
            case .sortOrder: update.sortOrder = try values.sortOrder()
            case .isSubscribed: update.isSubscribed = try values.isSubscribed()
            case .id, .totalEmails, .unreadEmails, .totalThreads, .unreadThreads, .myRights:
                guard patched[name] == current[name] else {
                    throw SetError.invalid(name, "Only the server sets \(name).")
                }
            }
        }
        return update
    }

    private func role(_ values: MailboxValues, of mailbox: Mailbox) throws -> MailboxRole? {
        let role = try values.role()
        guard mailbox.role != .inbox || role == .inbox else {
            throw SetError.invalid("role", "The Inbox keeps its role: new mail arrives there.")
        }
        return role
    }

    // MARK: Destroy

    /// A parent may stand before its child: what still has one is tried again as long as others go.
    mutating func destroy(_ references: [String]) throws {
        var waiting = createdIDs.resolveAll(references)
        while !waiting.isEmpty {
            var blocked: [(id: String, error: any Error)] = []
            for id in waiting {
                let outcome = Result { try destroy(id) }
                if case .failure(let error as MailStoreError) = outcome, error.code == .mailboxHasChild {
                    blocked.append((id, error))
                } else {
                    try result.destroy(id, outcome)
                }
            }
            guard blocked.count < waiting.count else {
                for (id, error) in blocked { try result.destroy(id, .failure(error)) }
                return
            }
            waiting = blocked.map(\.id)
        }
    }

    private func destroy(_ id: String) throws {
        guard let id = MailboxID(id), let mailbox = try writer.reader.mailboxes([id]).first else {
            throw SetError.notFound("mailbox")
        }
        guard mailbox.role != .inbox else {
            throw SetError(.forbidden, "The Inbox stays: new mail arrives there.")
        }
        try writer.destroyMailbox(id, emails: emails)
    }
}

/// The settable properties of a mailbox, read from JSON; one that is not there has its default.
private struct MailboxValues {
    let object: JSONObject
    let createdIDs: CreatedIDs

    init(_ object: JSONObject, _ createdIDs: CreatedIDs) {
        self.object = object
        self.createdIDs = createdIDs
    }

    private func value(_ name: String) -> JSONValue? { object[name].flatMap { $0.isNull ? nil : $0 } }

    func name() throws -> String {
        guard let name = value("name")?.string else {
            throw SetError.invalid("name", "A mailbox has a name, a string.")
        }
        return name
    }

    func parentID() throws -> MailboxID? {
        guard let value = value("parentId") else { return nil }
        guard let id = value.string.flatMap({ createdIDs.resolve($0) }).flatMap({ MailboxID($0) }) else {
            throw SetError.invalid("parentId", "The parent is not the id of a mailbox.")
        }
        return id
    }

    func role() throws -> MailboxRole? {
        guard let value = value("role") else { return nil }
        guard let role = value.string.flatMap(MailboxRole.init(rawValue:)) else {
            throw SetError.invalid("role", "The role is not one that IANA lists for mailboxes.")
        }
        return role
    }

    func sortOrder() throws -> Int {
        guard let value = value("sortOrder") else { return 0 }
        guard let number = value.integer, (0..<1 << 31).contains(number) else {
            throw SetError.invalid("sortOrder", "The sort order is a whole number from 0 to 2147483647.")
        }
        return Int(number)
    }

    func isSubscribed() throws -> Bool {
        guard let value = value("isSubscribed") else { return true }
        guard let flag = value.bool else { throw SetError.invalid("isSubscribed", "isSubscribed is true or false.") }
        return flag
    }
}
