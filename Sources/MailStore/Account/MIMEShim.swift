public import MailModel

// Stands in until module MIME has these; same names and members, so that `import MIME` replaces it.
public struct MessageSummary: Sendable, Equatable {
    public var messageIDs: [String]? = nil
    public var inReplyTo: [String]? = nil
    public var references: [String]? = nil
    public var sender: [Address]? = nil
    public var from: [Address]? = nil
    public var to: [Address]? = nil
    public var cc: [Address]? = nil
    public var bcc: [Address]? = nil
    public var replyTo: [Address]? = nil
    public var subject: String? = nil
    public var sentAt: Timestamp? = nil
    public var receivedAt: Timestamp? = nil
    public var preview: String = ""
    public var hasAttachment: Bool = false
    public init() {}
}
public struct MessageStructure: Sendable, Equatable {
    public init?(encoded: some Collection<UInt8>) { return nil }
}
