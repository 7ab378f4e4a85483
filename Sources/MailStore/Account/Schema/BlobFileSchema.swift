/// What the migration `blob in file` of mail.db does. Frozen.
enum BlobFileSchema {
    /// The blobs that have a file, or wait for one: at every opening their names are held against the files that are there.
    /// Without an index that reads every row of `blob`, the bodies in them included.
    static let sql = "CREATE INDEX blobInFile ON blob (format, hash) WHERE format = 2;"
}
