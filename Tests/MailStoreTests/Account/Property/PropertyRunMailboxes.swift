import MailModel
import Testing

@testable import MailStore

/// Mailboxes in the property test: what is refused must be what the model refuses.
extension PropertyRun {
    mutating func createMailbox() async throws {
        guard model.boxes.count < 20 else { return }
        let name = "Box \(chooser.number(0...8))"
        let parent = chooser.chance(40) ? chooser.one(model.boxes.keys.sorted()) : nil
        let new = NewMailbox(name: name, parentID: parent)
        let isTaken = model.boxes.values.contains { $0.name == name && $0.parent == parent }
        let account = account
        do {
            let id = try await account.write { try $0.createMailbox(new) }
            #expect(!isTaken)
            model.boxes[id] = .init(name: name, parent: parent, role: nil)
        } catch let error as MailStoreError {
            #expect(isTaken && error.code == .alreadyExists)
        }
    }

    mutating func updateMailboxes() async throws {
        var updates: [MailboxID: MailboxUpdate] = [:]
        for id in chooser.some(model.boxes.keys) {
            var update = MailboxUpdate()
            if chooser.chance(50) { update.name = "Box \(chooser.number(0...8))" }
            if chooser.chance(40) { update.parentID = .some(chooser.one(model.boxes.keys.sorted() + [id])) }
            if chooser.chance(20) { update.role = .some(chooser.chance(60) ? nil : .trash) }
            updates[id] = update
        }
        let asked = updates
        let refused = try await account.write { try $0.updateMailboxes(asked) }
        for (id, update) in updates where refused[id] == nil {
            if let name = update.name { model.boxes[id]?.name = name }
            if let parent = update.parentID { model.boxes[id]?.parent = parent }
            if let role = update.role { model.boxes[id]?.role = role }
        }
        #expect(model.boxes.values.contains { $0.role == .inbox })
        for box in model.boxes.values {
            #expect(model.boxes.values.count { $0.name == box.name && $0.parent == box.parent } == 1)
        }
    }

    mutating func destroyMailbox() async throws {
        guard model.boxes.count > 3, let id = chooser.one(model.boxes.keys.sorted()) else { return }
        let emails: MailboxEmails = chooser.chance(50) ? .remove : .keep
        let isInbox = model.boxes[id]?.role == .inbox
        let hasChild = model.boxes.values.contains { $0.parent == id }
        let hasEmail = model.mails.values.contains { $0.mailboxes.contains(id) }
        do {
            try await account.write { try $0.destroyMailbox(id, emails: emails) }
            #expect(!isInbox && !hasChild && (emails == .remove || !hasEmail))
            model.destroyBox(id)
        } catch let error as MailStoreError {
            if isInbox {
                #expect(error.code == .invalidProperty("role"))
            } else {
                #expect(error.code == (hasChild ? .mailboxHasChild : .mailboxHasEmail))
                #expect(hasChild || emails == .keep && hasEmail)
            }
        }
    }

    /// Everything that can be asked for is what the model says, and what devices hold after a sync.
    mutating func compare() async throws {
        let model = model
        var devices = devices
        var chooser = chooser
        (devices, chooser) = try await account.read { [devices, chooser] reader in
            var devices = devices
            var chooser = chooser
            try Self.compareMailboxes(reader, model)
            try Self.compareEmails(reader, model)
            for _ in 0..<4 { try Self.compareQuery(reader, model, &chooser) }
            // Devices sync at different times and in pages of different sizes.
            for index in devices.indices where chooser.chance(60) {
                try devices[index].sync(reader, max: chooser.one([nil, 1, 2, 3, 7, 50]) ?? nil)
                let whole = try DeviceReplica(reader)
                #expect(devices[index].mailboxes == whole.mailboxes)
                #expect(devices[index].emails == whole.emails)
                #expect(devices[index].threads == whole.threads)
            }
            return (devices, chooser)
        }
        self.devices = devices
        self.chooser = chooser
    }

    private static func compareMailboxes(_ reader: AccountReader, _ model: AccountModel) throws {
        let mailboxes = try reader.mailboxes()
        #expect(Set(mailboxes.map(\.id)) == Set(model.boxes.keys))
        for mailbox in mailboxes {
            #expect(
                model.boxes[mailbox.id]
                    == .init(name: mailbox.name, parent: mailbox.parentID, role: mailbox.role))
            #expect(
                model.counts(of: mailbox.id)
                    == .init(
                        totalEmails: mailbox.totalEmails, unreadEmails: mailbox.unreadEmails,
                        totalThreads: mailbox.totalThreads, unreadThreads: mailbox.unreadThreads))
            let entries = try reader.entries(of: mailbox.id)
            #expect(
                Set(entries.map(\.email)) == Set(model.mails.filter { $0.value.mailboxes.contains(mailbox.id) }.keys))
        }
    }

    private static func compareEmails(_ reader: AccountReader, _ model: AccountModel) throws {
        for email in try reader.emails(model.mails.keys.sorted()) {
            let mail = model.mails[email.id]
            #expect(mail?.thread == email.threadID)
            #expect(mail?.mailboxes == email.mailboxIDs)
            #expect(mail?.keywords == email.keywords)
            #expect(mail?.receivedAt == email.receivedAt)
            #expect(try reader.emailIDs(inThread: email.threadID) == model.emails(inThread: email.threadID))
        }
    }
}
