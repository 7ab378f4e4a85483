import MailModel

extension AccountWriter {
    /// New mail of a maildrop as the account's rules want it (docs/decisions/0084). Nothing that a rule says keeps mail from
    /// being stored: what can't be done is left out.
    func applyingRules(to batch: [Arrival], from maildrop: MaildropID) throws -> [Arrival] {
        let book = try core.rules.value { try reader.mailRules() }
        guard !book.rules.isEmpty else { return batch }
        var junk: MailboxID??
        return try batch.map { arrival in
            let message = arrival.message
            var facts = MessageFacts(message.summary) { try list(of: message) }
            let verdict = try book.verdict(on: &facts, from: maildrop)
            var arrival = arrival
            for keyword in verdict.keywords where arrival.keywords.count < EmailRules.keywords {
                arrival.keywords.insert(keyword)
            }
            switch verdict.place {
            case .mailbox(let mailbox): if try transaction.exists(mailbox) { arrival.mailboxIDs = [mailbox] }
            case .junk:
                if junk == nil { junk = .some(try reader.mailbox(withRole: .junk)?.id) }
                if let mailbox = junk ?? nil { arrival.mailboxIDs = [mailbox] }
            case nil: break
            }
            return arrival
        }
    }

    /// Which list a message came by, also when it was prepared before a rule asked for lists.
    private func list(of message: PreparedMessage) throws -> MessageList {
        if let list = message.list { return list }
        return try withOctets(of: message) { MessageList($0, limits: core.options.limits.mime) }
    }
}
