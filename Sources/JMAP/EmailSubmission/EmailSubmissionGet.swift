import MailModel
import MailStore

extension Method {
    /// RFC 8621 §7.1.
    static let emailSubmissionGet = Method(
        "EmailSubmission/get", .submission,
        .read { call, reader in
            try call.takeAccountID()
            let requested = try RequestedIDs<SubmissionID>(&call)
            let isPicky = try call.arguments.peekStrings("properties") != nil
            let named = try call.arguments.takeProperties(EmailSubmissionProperty.self)
            let properties = isPicky ? named : EmailSubmissionProperty.standard
            try call.arguments.end()
            let submissions = try reader.submissions(requested.ids)
            try RequestedIDs<SubmissionID>.check(submissions.count, call.limits)
            try call.writeGet(
                submissions, requested: requested, state: reader.state(of: .emailSubmission), id: \.id
            ) {
                $0.write(properties, &$1)
            }
        })

    /// RFC 8621 §7.2.
    static let emailSubmissionChanges = changes(
        "EmailSubmission/changes", .submission, of: .emailSubmission, as: SubmissionID.self)
}
