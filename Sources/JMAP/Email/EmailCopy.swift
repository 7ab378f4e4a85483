import JSON
import MailModel

extension Method {
    /// RFC 8621 §4.7. A user has one account, and an email is not copied within one (RFC 8620 §5.4: the two accounts must
    /// differ): so there is no account to copy from.
    static let emailCopy = Method(
        "Email/copy", .mail,
        .pure { call in
            try call.takeAccountID()
            let source = try call.arguments.takeString("fromAccountId")
            for name in ["ifFromInState", "ifInState", "destroyFromIfInState"] {
                _ = try call.arguments.takeOptionalString(name)
            }
            _ = try call.arguments.takeBool("onSuccessDestroyOriginal", default: false)
            _ = try call.arguments.takeObject("create")
            try call.arguments.end()
            guard source != call.principal.account.description else {
                throw MethodError.invalidArguments("Emails are copied from another account, not from the same.")
            }
            throw MethodError(.fromAccountNotFound)
        })
}
