/// What the migration `maildrop email` of mail.db does. Frozen.
enum MaildropEmailSchema {
    /// - `maildropEmail`: the emails that are stored from a sign-in's messages, under any numbering, by date: what a list
    ///   of one maildrop's mail walks along. Kept by triggers, as messages are recorded, adopted and forgotten in many places.
    static let sql = """
        CREATE TABLE maildropEmail (
            record INTEGER NOT NULL,
            receivedAt INTEGER NOT NULL,
            email INTEGER NOT NULL,
            PRIMARY KEY (record, receivedAt, email)
        ) STRICT, WITHOUT ROWID;
        INSERT INTO maildropEmail
            SELECT DISTINCT m.record, e.receivedAt, e.id FROM maildropMessage m JOIN email e ON e.id = m.email
            WHERE m.state = 1;
        CREATE TRIGGER maildropEmailStored AFTER INSERT ON maildropMessage WHEN new.state = 1 BEGIN
            INSERT INTO maildropEmail SELECT new.record, e.receivedAt, e.id FROM email e
            WHERE e.id = new.email AND NOT EXISTS (SELECT 1 FROM maildropEmail x
                WHERE x.record = new.record AND x.receivedAt = e.receivedAt AND x.email = e.id);
        END;
        CREATE TRIGGER maildropEmailChanged AFTER UPDATE OF state, email ON maildropMessage
        WHEN old.email IS NOT new.email OR old.state <> new.state BEGIN
            DELETE FROM maildropEmail WHERE record = old.record AND email = old.email
            AND receivedAt = (SELECT receivedAt FROM email WHERE id = old.email)
            AND NOT EXISTS (SELECT 1 FROM maildropMessage m
                WHERE m.email = old.email AND m.record = old.record AND m.state = 1);
            INSERT INTO maildropEmail SELECT new.record, e.receivedAt, e.id FROM email e
            WHERE new.state = 1 AND e.id = new.email AND NOT EXISTS (SELECT 1 FROM maildropEmail x
                WHERE x.record = new.record AND x.receivedAt = e.receivedAt AND x.email = e.id);
        END;
        CREATE TRIGGER maildropEmailForgotten AFTER DELETE ON maildropMessage WHEN old.state = 1 BEGIN
            DELETE FROM maildropEmail WHERE record = old.record AND email = old.email
            AND receivedAt = (SELECT receivedAt FROM email WHERE id = old.email)
            AND NOT EXISTS (SELECT 1 FROM maildropMessage m
                WHERE m.email = old.email AND m.record = old.record AND m.state = 1);
        END;
        CREATE TRIGGER maildropEmailDestroyed AFTER DELETE ON email BEGIN
            DELETE FROM maildropEmail WHERE email = old.id AND receivedAt = old.receivedAt
            AND record IN (SELECT record FROM maildropMessage WHERE email = old.id);
        END;
        """
}
