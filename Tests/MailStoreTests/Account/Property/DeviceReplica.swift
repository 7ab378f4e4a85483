import MailModel
import Testing

@testable import MailStore

/// A device that keeps a copy of the account through /changes alone: what it has after a sync must be what is there.
struct DeviceReplica: Sendable {
    struct MailCopy: Equatable, Sendable {
        var thread: ThreadID
        var mailboxes: Set<MailboxID>
        var keywords: Set<Keyword>
    }

    var mailboxes: [MailboxID: Mailbox] = [:]
    var emails: [EmailID: MailCopy] = [:]
    var threads: [ThreadID: [EmailID]] = [:]
    private var mailboxState: StateToken
    private var emailState: StateToken
    private var threadState: StateToken

    init(_ reader: AccountReader) throws {
        mailboxState = try reader.state(of: .mailbox)
        emailState = try reader.state(of: .email)
        threadState = try reader.state(of: .thread)
        let all = try reader.query(EmailQuery()).ids
        // A UID given out and taken back is no change that JMAP shows.
        for var mailbox in try reader.mailboxes() {
            mailbox.uidNext = 0
            mailboxes[mailbox.id] = mailbox
        }
        for email in try reader.emails(all) { emails[email.id] = Self.copy(email) }
        for thread in Set(emails.values.map(\.thread)) { threads[thread] = try reader.emailIDs(inThread: thread) }
    }

    private static func copy(_ email: Email) -> MailCopy {
        MailCopy(thread: email.threadID, mailboxes: email.mailboxIDs, keywords: email.keywords)
    }

    /// Follows until nothing is left, `max` ids a page.
    mutating func sync(_ reader: AccountReader, max: Int?) throws {
        var hasMore = true
        while hasMore {
            let page = try reader.changes(of: .mailbox, as: MailboxID.self, since: mailboxState, max: max)
            expectFits(page, max)
            for id in page.destroyed { mailboxes[id] = nil }
            for var mailbox in try reader.mailboxes(page.created + page.updated) {
                mailbox.uidNext = 0
                if page.updatedOnlyCounts, page.updated.contains(mailbox.id), var known = mailboxes[mailbox.id] {
                    known.takeCounts(of: mailbox)
                    mailboxes[mailbox.id] = known
                } else {
                    mailboxes[mailbox.id] = mailbox
                }
            }
            mailboxState = page.newState
            hasMore = page.hasMore
        }
        hasMore = true
        while hasMore {
            let page = try reader.changes(of: .email, as: EmailID.self, since: emailState, max: max)
            expectFits(page, max)
            for id in page.destroyed { emails[id] = nil }
            for email in try reader.emails(page.created + page.updated) { emails[email.id] = Self.copy(email) }
            emailState = page.newState
            hasMore = page.hasMore
        }
        hasMore = true
        while hasMore {
            let page = try reader.changes(of: .thread, as: ThreadID.self, since: threadState, max: max)
            expectFits(page, max)
            for id in page.destroyed { threads[id] = nil }
            for thread in try reader.threads(page.created + page.updated) { threads[thread.id] = thread.emailIDs }
            threadState = page.newState
            hasMore = page.hasMore
        }
        #expect(try mailboxState == reader.state(of: .mailbox))
        #expect(try emailState == reader.state(of: .email))
        #expect(try threadState == reader.state(of: .thread))
    }

    private func expectFits<ID>(_ page: Changes<ID>, _ max: Int?) {
        let all = page.created + page.updated + page.destroyed
        #expect(Set(all).count == all.count)
        if let max { #expect(all.count <= max) }
    }
}

extension Mailbox {
    fileprivate mutating func takeCounts(of other: Mailbox) {
        totalEmails = other.totalEmails
        unreadEmails = other.unreadEmails
        totalThreads = other.totalThreads
        unreadThreads = other.unreadThreads
    }
}
