import MailModel
import MailStore

extension MaildropJob: LiveRecord {
    static func state(of account: AccountID, in store: MailStore) -> StateToken { store.jobState(of: account) }

    static func changes(
        of account: AccountID, in store: MailStore, since state: StateToken, max: Int?
    ) throws -> Changes<JobID> {
        try store.jobChanges(of: account, since: state, max: max)
    }

    static func visible(to call: MethodCall) async throws -> [MaildropJob] {
        call.store.jobs(of: call.principal.account)
    }
}

extension Method {
    static let maildropJobGet = get("MaildropJob/get", .maildrop, of: MaildropJob.self)
    static let maildropJobChanges = changes("MaildropJob/changes", .maildrop, of: MaildropJob.self)
}
