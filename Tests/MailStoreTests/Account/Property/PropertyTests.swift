import MailModel
import TestSupport
import Testing

@testable import MailStore

/// An account against the simplest model of one, under random operations; devices that follow by /changes; reopening.
@Suite struct PropertyTests {
    @Test func anAccountIsWhatTheModelSaysWhateverIsDoneToIt() async throws {
        let (rounds, seed) = (SeededRandom.rounds, SeededRandom.seed)
        print("property rounds: \(rounds), seed: \(seed)")
        let fixture = try AccountFixture()
        var run = PropertyRun(fixture: fixture, account: try await fixture.create(), seed: seed)
        try await run.begin()
        for round in 1...rounds {
            try await run.step()
            try await run.staySmall()
            if round % 10 == 0 { try await run.compare() }
            if round % 100 == 0 { try await run.reopen() }
        }
        try await run.compare()
        try await fixture.finish()
    }
}

struct PropertyRun {
    let fixture: AccountFixture
    var account: Account
    var chooser: Chooser
    var model = AccountModel()
    var devices: [DeviceReplica] = []
    private var serial = 0

    init(fixture: AccountFixture, account: Account, seed: UInt64) {
        self.fixture = fixture
        self.account = account
        chooser = Chooser(seed: seed)
    }

    mutating func begin() async throws {
        for mailbox in try await account.read({ try $0.mailboxes() }) {
            model.boxes[mailbox.id] = .init(name: mailbox.name, parent: mailbox.parentID, role: mailbox.role)
        }
        for _ in 0..<3 { devices.append(try await account.read { try DeviceReplica($0) }) }
    }

    mutating func reopen() async throws {
        account = try await fixture.reopen()
        try await compare()
    }

    mutating func step() async throws {
        fixture.advance(seconds: Int64(chooser.number(0...40)))
        switch chooser.number(0...99) {
        case 0..<30: try await deliver()
        case 30..<38: try await importOne()
        case 38..<56: try await changeKeywords()
        case 56..<72: try await move()
        case 72..<82: try await destroy()
        case 82..<87: try await createMailbox()
        case 87..<93: try await updateMailboxes()
        case 93..<96: try await destroyMailbox()
        default: try await failHalfway()
        }
    }

    /// Destroys half of the emails as soon as there are so many that a round takes its time, whatever the number of rounds.
    mutating func staySmall() async throws {
        guard model.mails.count > 150 else { return }
        let ids = model.mails.keys.sorted().filter { _ in chooser.chance(50) }
        try await account.write { writer in
            for id in ids { try writer.destroyEmail(id) }
        }
        for id in ids { model.destroy(id) }
    }

    // MARK: Messages

    private struct Composed {
        let octets: [UInt8]
        let keys: Set<AccountModel.Key>
        let letter: AccountModel.Letter
    }

    /// Names whose order ASCII decides and names whose order it does not.
    private static let names = ["Ann", "bert", "Zoe", "Zander"]

    private mutating func compose() -> Composed {
        serial += 1
        let subject = chooser.one(["Plan", "Lunch", "Report"]) ?? ""
        let prefix = chooser.one(["", "Re: ", "Fwd: Re: ", "[list] "]) ?? ""
        let pool = (0..<30).map { "id\($0)@x" }
        let own = chooser.chance(85) ? chooser.one(pool) : nil
        let references = chooser.chance(60) ? chooser.some(pool) : []
        let sentAt = AccountFixture.start.adding(seconds: Int64(chooser.number(0...3)) * 86_400)
        let letter = AccountModel.Letter(
            from: chooser.one(Self.names) ?? "", to: chooser.one(Self.names) ?? "", subject: subject,
            sentAt: chooser.chance(80) ? sentAt.milliseconds : nil)
        let day = sentAt.since(AccountFixture.start) / .seconds(86_400)
        let octets = message(
            id: own, subject: prefix + subject, references: references.sorted(),
            from: "\(letter.from) <\(letter.from)@example.org>", to: "\(letter.to) <x@example.org>",
            body: String(repeating: "x", count: chooser.number(0...300)) + (chooser.chance(90) ? "\(serial)" : ""),
            date: letter.sentAt == nil ? "some day" : "\(1 + Int(day)) Jun 2025 00:00:00 +0000")
        let keys = references.union(own.map { [$0] } ?? []).map { AccountModel.Key(id: $0, subject: subject) }
        return Composed(octets: octets, keys: Set(keys), letter: letter)
    }

    private mutating func arrivals(_ count: Int) async throws -> [(Arrival, Composed)] {
        var result: [(Arrival, Composed)] = []
        for _ in 0..<count {
            let composed = compose()
            let arrival = Arrival(
                try await account.prepare(.octets(composed.octets)),
                mailboxIDs: chooser.some(model.boxes.keys, atMost: 2),
                keywords: chooser.keywords(),
                receivedAt: AccountFixture.start.adding(seconds: Int64(chooser.number(0...500))))
            result.append((arrival, composed))
        }
        return result
    }

    /// Takes what was stored into the model, where it says which thread each must have joined.
    private mutating func take(_ stored: [(Arrival, Composed)], _ ids: [EmailID]) async throws {
        #expect(ids.count == stored.count)
        for (id, (arrival, composed)) in zip(ids, stored) {
            let email = try await account.email(id)
            #expect(!model.usedEmails.contains(id))
            if let expected = model.thread(for: composed.keys) {
                #expect(email.threadID == expected)
            } else {
                #expect(!model.usedThreads.contains(email.threadID))
            }
            model.add(
                id,
                .init(
                    thread: email.threadID, mailboxes: arrival.mailboxIDs, keywords: arrival.keywords,
                    receivedAt: arrival.receivedAt, size: arrival.message.blob.size, letter: composed.letter),
                keys: composed.keys)
        }
    }

    private mutating func deliver() async throws {
        let new = try await arrivals(chooser.number(1...4))
        try await take(new, try await account.ingest(new.map(\.0)))
    }

    private mutating func importOne() async throws {
        let new = try await arrivals(1)
        let arrival = new[0].0
        try await take(new, [try await account.write { try $0.addEmail(arrival) }])
    }

    // MARK: Emails

    private mutating func some() -> [EmailID] { chooser.some(model.mails.keys).sorted() }

    private mutating func changeKeywords() async throws {
        let changes = some().map { ($0, chooser.keywords()) }
        try await account.write { writer in
            for (id, keywords) in changes { try writer.setKeywords(keywords, on: id) }
        }
        for (id, keywords) in changes { model.mails[id]?.keywords = keywords }
    }

    private mutating func move() async throws {
        let changes = some().map { ($0, chooser.some(model.boxes.keys, atMost: 2)) }
        try await account.write { writer in
            for (id, mailboxes) in changes { try writer.setMailboxes(mailboxes, of: id) }
        }
        for (id, mailboxes) in changes { model.mails[id]?.mailboxes = mailboxes }
    }

    private mutating func destroy() async throws {
        let ids = some()
        let new = chooser.chance(30) ? try await arrivals(1) : []
        // What is destroyed and what comes in one transaction must not meet.
        let added = try await account.write { writer in
            for id in ids { try writer.destroyEmail(id) }
            return try new.map { try writer.addEmail($0.0) }
        }
        for id in ids { model.destroy(id) }
        try await take(new, added)
    }

    /// A transaction that ends in an error has not happened.
    private mutating func failHalfway() async throws {
        struct Enough: Error {}
        let ids = some()
        let boxes = chooser.some(model.boxes.keys)
        let new = try await arrivals(2)
        await #expect(throws: Enough.self) {
            try await account.write { writer in
                for id in ids { try writer.setMailboxes(boxes, of: id) }
                for (arrival, _) in new { _ = try writer.addEmail(arrival) }
                for id in ids { try writer.destroyEmail(id) }
                throw Enough()
            }
        }
    }
}
