extension Method {
    /// Every method there is. To add one: a file in its type's folder, and its line here.
    static let all: [Method] = [
        coreEcho, pushSubscriptionGet, pushSubscriptionSet,
        mailboxGet, mailboxChanges, mailboxQuery, mailboxQueryChanges, mailboxSet,
        threadGet, threadChanges,
        emailGet, emailChanges, emailQuery, emailQueryChanges, emailSet, emailCopy, emailImport, emailParse,
        emailViewGet, emailViewUnsubscribe,
        searchSnippetGet,
        blobCopy, blobUpload, blobGet, blobLookup,
        identityGet, identityChanges, identitySet,
        emailSubmissionGet, emailSubmissionChanges, emailSubmissionQuery, emailSubmissionQueryChanges,
        emailSubmissionSet,
        quotaGet, quotaChanges, quotaQuery, quotaQueryChanges,
        maildropGet, maildropChanges, maildropQuery, maildropSet,
        maildropStatusGet, maildropStatusChanges, maildropMessageList,
        maildropDeletionList, maildropRetentionPreview,
        maildropJobGet, maildropJobChanges, maildropJobSet,
        mailRuleGet, mailRuleChanges, mailRuleSet,
        userGet, userChanges, userQuery, userSet,
        deviceGet, deviceChanges, deviceSet,
        sessionGet, sessionChanges, sessionSet,
        passkeyGet, passkeyChanges, passkeyChallenge, passkeySet,
        storageGet, pollHistoryList, pollHistoryDays,
    ]

    static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })
}
