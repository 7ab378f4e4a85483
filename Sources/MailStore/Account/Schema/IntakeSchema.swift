/// What the migration `intake` of mail.db does. Frozen.
enum IntakeSchema {
    /// `intake`: blobs of format 2 whose octets, as received, still stand in a file of the intake folder, from `start` on;
    /// the blob's own file does not exist then. One row goes with every blob that is brought to its place.
    static let sql = """
        CREATE TABLE intake (
            blob INTEGER PRIMARY KEY REFERENCES blob (id),
            file INTEGER NOT NULL CHECK (file >= 1),
            start INTEGER NOT NULL CHECK (start >= 0)
        ) STRICT;
        """
}
