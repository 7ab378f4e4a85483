import MailModel

/// Where one email of a thread stands, as far as counting goes.
struct EmailStanding: Equatable {
    var mailboxes: Set<MailboxID>
    var isUnread: Bool
}

/// What the counts of mailboxes need to know of one thread.
///
/// A mailbox other than the trash counts a thread as unread when it has one of its emails and any email of the thread that
/// is not only in the trash is unread; the trash, when an email in the trash is (RFC 8621 §2, unreadThreads).
struct ThreadCounts: Equatable {
    struct InMailbox: Equatable {
        var total = 0
        var unread = 0
    }

    var emails = 0
    /// Unread emails that are in some mailbox beside the trash.
    var unread = 0
    var mailboxes: [MailboxID: InMailbox] = [:]

    mutating func add(_ standing: EmailStanding, trash: MailboxID?) { count(standing, trash: trash, by: 1) }

    mutating func remove(_ standing: EmailStanding, trash: MailboxID?) { count(standing, trash: trash, by: -1) }

    private mutating func count(_ standing: EmailStanding, trash: MailboxID?, by step: Int) {
        emails += step
        if standing.isUnread, standing.mailboxes.contains(where: { $0 != trash }) { unread += step }
        for mailbox in standing.mailboxes {
            var here = mailboxes[mailbox] ?? InMailbox()
            here.total += step
            if standing.isUnread { here.unread += step }
            mailboxes[mailbox] = here.total == 0 ? nil : here
        }
    }

    /// Whether a mailbox counts this thread, and whether as unread.
    func counted(in mailbox: MailboxID, trash: MailboxID?) -> (total: Int, unread: Int) {
        guard let here = mailboxes[mailbox] else { return (0, 0) }
        let isUnread = mailbox == trash ? here.unread > 0 : unread > 0
        return (1, isUnread ? 1 : 0)
    }
}

/// How a mailbox's counts move in a transaction.
struct CountsDelta: Equatable {
    var totalEmails = 0
    var unreadEmails = 0
    var totalThreads = 0
    var unreadThreads = 0
}
