import MailModel
import POP3

/// A message of this session's listing, with what identifies it in the next.
struct ListedMessage: Sendable, Equatable {
    var number: MessageNumber
    var uniqueID: UniqueID
    /// Counts messages that share the unique-id within the listing, from 0 (RFC 1939 §7 allows it).
    var ordinal: Int
    /// As LIST says; 0 when it does not.
    var octets: Int
}
