import GRDB
import MailModel

/// The table of identities. Frozen.
enum IdentitySchema {
    /// `replyTo`, `bcc`: addresses, a line each, of the address and, after a tab, the name; NULL for none at all. Ids are
    /// never given out twice.
    static let sql = """
        CREATE TABLE identity (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            name TEXT NOT NULL,
            email TEXT NOT NULL,
            replyTo TEXT,
            bcc TEXT,
            textSignature TEXT NOT NULL,
            htmlSignature TEXT NOT NULL
        ) STRICT;
        """

    /// Makes the table, and an identity for each maildrop that is there already.
    static func migrate(_ db: Database) throws {
        try db.execute(sql: sql)
        let maildrops = try db.all("SELECT username, name, host FROM maildrop WHERE removedAt IS NULL ORDER BY id") {
            MaildropSettings(
                name: $0.text(1), host: $0.text(2), username: $0.text(0), mailbox: MailboxID(rawValue: 1))
        }
        var seen: Set<String> = []
        for address in maildrops.compactMap(\.address) where seen.insert(address.lowercased()).inserted {
            try db.run(
                "INSERT INTO identity (name, email, textSignature, htmlSignature) VALUES ('', ?, '', '')",
                .text(address))
        }
    }
}
