/// What the migration `maildrop capabilities` of mail.db does. Frozen.
enum MaildropCapabilitySchema {
    /// `maildropServer.silences`: sessions in a row that broke off when the server was asked for its capabilities;
    /// `silentAt`: when the last did. They take the place of `asksCapabilities`, which was never set back.
    /// `expiresAtQuit`: when it last told its capabilities, EXPIRE 0 was among them.
    static let sql = """
        ALTER TABLE maildropServer ADD COLUMN silences INTEGER NOT NULL DEFAULT 0 CHECK (silences >= 0);
        ALTER TABLE maildropServer ADD COLUMN silentAt INTEGER;
        ALTER TABLE maildropServer ADD COLUMN expiresAtQuit INTEGER NOT NULL DEFAULT 0 CHECK (expiresAtQuit IN (0, 1));
        UPDATE maildropServer SET asksCapabilities = 1;
        """
}
