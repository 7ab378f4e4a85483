/// What the migration `importedMessage` of mail.db does. Frozen.
enum ImportSchema {
    /// - `importedMessage`: every message that was imported from files, by its content print. `email` may have been
    ///   destroyed since: then the message is not imported again. `claimed`: a maildrop's message is known to be this email.
    /// - `importedPlace`: where in the files it was found, so that a second import changes nothing.
    static let sql = """
        CREATE TABLE importedMessage (
            print BLOB PRIMARY KEY CHECK (length(print) = 32),
            email INTEGER NOT NULL,
            claimed INTEGER NOT NULL CHECK (claimed IN (0, 1))
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX importedMessageUnclaimed ON importedMessage (print) WHERE claimed = 0;
        CREATE TABLE importedPlace (
            print BLOB NOT NULL REFERENCES importedMessage (print),
            place TEXT NOT NULL,
            PRIMARY KEY (print, place)
        ) STRICT, WITHOUT ROWID;
        """
}
