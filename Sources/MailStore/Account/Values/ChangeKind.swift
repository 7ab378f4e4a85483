import MailModel

/// What happened to an object in one transaction. On disk: append only.
enum ChangeKind: Int64 {
    case created = 1
    case updated = 2
    case destroyed = 3
    /// Of a mailbox: nothing but its counts. Of a quota: nothing but what is used.
    case counts = 4
}

extension DataType {
    /// The type's number in `state` and `change`. On disk: append only.
    var number: Int64 {
        switch self {
        case .mailbox: 1
        case .thread: 2
        case .email: 3
        case .emailDelivery: 4
        case .maildrop: 5
        case .maildropStatus: 6
        case .identity: 7
        case .emailSubmission: 8
        case .maildropJob: 9
        case .user: 10
        case .device: 11
        case .session: 12
        case .quota: 13
        case .passkey: 16
        case .mailRule: 15
        }
    }
}
