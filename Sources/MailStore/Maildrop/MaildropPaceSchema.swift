/// What the migration `maildrop pace` of mail.db does. Frozen.
enum MaildropPaceSchema {
    /// - `maildrop.isAdaptive`: the pace follows when its mail comes, and `pollInterval` means nothing. So do maildrops
    ///   that had the interval of 300 s, which was the default.
    /// - `maildropRhythm`: how much mail comes in each hour of the week: 168 numbers of 32 bits, as they counted at
    ///   `countedAt`; `since` is when the first of that mail was received.
    /// - `maildropServer.loginDelay`: seconds between sign-ins that the server announced last (LOGIN-DELAY); `restFor`:
    ///   seconds that it was found to want, because it refused sign-ins that came sooner, and when that last changed;
    ///   `isRefusing`: it has refused since the last sign-in that it accepted.
    static let sql = """
        ALTER TABLE maildrop ADD COLUMN isAdaptive INTEGER NOT NULL DEFAULT 0 CHECK (isAdaptive IN (0, 1));
        UPDATE maildrop SET isAdaptive = 1 WHERE pollInterval = 300;
        CREATE TABLE maildropRhythm (
            maildrop INTEGER PRIMARY KEY REFERENCES maildrop (id),
            counts BLOB NOT NULL CHECK (length(counts) = 672),
            countedAt INTEGER NOT NULL,
            since INTEGER NOT NULL
        ) STRICT;
        ALTER TABLE maildropServer ADD COLUMN loginDelay INTEGER CHECK (loginDelay >= 0);
        ALTER TABLE maildropServer ADD COLUMN restFor INTEGER CHECK (restFor > 0);
        ALTER TABLE maildropServer ADD COLUMN restChangedAt INTEGER;
        ALTER TABLE maildropServer ADD COLUMN isRefusing INTEGER NOT NULL DEFAULT 0 CHECK (isRefusing IN (0, 1));
        """
}
