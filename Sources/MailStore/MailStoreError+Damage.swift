extension MailStoreError {
    /// For whoever goes on with the rest: nil where what is on disk is missing or damaged.
    package static func nilIfCorrupt<Value>(_ body: () throws -> Value) throws -> Value? {
        do { return try body() } catch let error as MailStoreError where error.code == .corrupt { return nil }
    }
}
