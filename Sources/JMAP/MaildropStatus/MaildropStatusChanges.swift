import MailModel
import MailStore

extension MaildropStatus: LiveType {
    static func state(of account: AccountID, in store: MailStore) -> StateToken { store.statusState(of: account) }

    static func changes(
        of account: AccountID, in store: MailStore, since state: StateToken, max: Int?
    ) throws -> Changes<MaildropID> {
        try store.statusChanges(of: account, since: state, max: max)
    }
}

extension Method {
    static let maildropStatusChanges = changes("MaildropStatus/changes", .maildrop, of: MaildropStatus.self)
}
