/// What the migration `maildropServer` of mail.db does. Frozen.
enum MaildropServerSchema {
    /// `maildrop.signIn` is what a user wants of the sign-in.
    ///
    /// `maildropServer` is what a maildrop's server was last seen to be: one row for a maildrop whose server has been signed in to, or has shown a peculiarity. `method` is
    /// how the last sign-in succeeded, `mechanisms` what was announced then, blank-separated; `certificate` the SHA-256 of
    /// the one it showed; `refusals` counts sign-ins in a row, some time apart, that were refused since.
    static let sql = """
        ALTER TABLE maildrop ADD COLUMN signIn TEXT NOT NULL DEFAULT 'automatic'
            CHECK (signIn IN ('automatic', 'password', 'apop'));
        CREATE TABLE maildropServer (
            maildrop INTEGER PRIMARY KEY REFERENCES maildrop (id),
            method TEXT,
            mechanisms TEXT NOT NULL,
            certificate BLOB CHECK (length(certificate) = 32),
            asksCapabilities INTEGER NOT NULL CHECK (asksCapabilities IN (0, 1)),
            refusals INTEGER NOT NULL CHECK (refusals >= 0),
            refusedAt INTEGER
        ) STRICT;
        """
}
