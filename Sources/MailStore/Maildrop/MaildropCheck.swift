import MailModel

/// What must hold of an account's maildrops; part of the account's check.
enum MaildropCheck {
    static func run(on reader: AccountReader, into report: inout CheckReport) throws {
        let place = reader.core.id.description
        let db = reader.db
        try count("maildrops", "SELECT count(*) FROM maildrop WHERE removedAt IS NULL", reader, &report)
        try count("maildropMessages", "SELECT count(*) FROM maildropMessage", reader, &report)
        let rules = [
            (
                "SELECT id FROM maildropRecord WHERE NOT EXISTS (SELECT 1 FROM maildropNumbering "
                    + "WHERE record = maildropRecord.id AND number = maildropRecord.numbering)",
                "The record of a maildrop has no row for its current numbering"
            ),
            (
                "SELECT id FROM maildrop WHERE removedAt IS NOT NULL AND sealedPassword IS NOT NULL",
                "A removed maildrop still has a password"
            ),
            (
                "SELECT maildrop FROM maildropGrant JOIN maildrop ON maildrop.id = maildropGrant.maildrop "
                    + "WHERE removedAt IS NOT NULL OR sealedPassword IS NOT NULL",
                "A maildrop that was removed, or has a password, still has an OAuth grant"
            ),
            (
                "SELECT email FROM maildropMessage WHERE email >= (SELECT nextEmail FROM meta)",
                "A maildrop's message names an email that was never stored"
            ),
            (
                "SELECT record FROM maildropMessage WHERE state = 1 GROUP BY record, numbering, email "
                    + "HAVING count(*) > 1",
                "Two messages of a maildrop are recorded as one email"
            ),
            (
                "SELECT email FROM maildropEmail x WHERE NOT EXISTS (SELECT 1 FROM maildropMessage m JOIN email e "
                    + "ON e.id = m.email WHERE m.email = x.email AND m.record = x.record AND m.state = 1 "
                    + "AND e.receivedAt = x.receivedAt)",
                "An email is listed for a maildrop that it is not stored from"
            ),
            (
                "SELECT m.email FROM maildropMessage m JOIN email e ON e.id = m.email WHERE m.state = 1 AND NOT EXISTS "
                    + "(SELECT 1 FROM maildropEmail x WHERE x.record = m.record AND x.receivedAt = e.receivedAt "
                    + "AND x.email = e.id)",
                "An email is not listed for the maildrop that it is stored from"
            ),
            (
                "SELECT id FROM maildropDeletion WHERE (state >= 4) <> (settledAt IS NOT NULL)",
                "The journal of deletions contradicts itself"
            ),
        ]
        for (sql, sentence) in rules {
            for id in try db.all(sql, body: { $0.int(0) }) { report.find(place, "\(sentence): \(id).") }
        }
    }

    private static func count(
        _ what: String, _ sql: String, _ reader: AccountReader, _ report: inout CheckReport
    ) throws {
        report.count(what, try reader.db.first(sql) { Int($0.int(0)) } ?? 0)
    }
}
