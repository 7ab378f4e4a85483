import MailModel
import MailStore

/// A device never reads a maildrop's password, and must not be able to send it elsewhere either: whoever says anew where
/// and how it is sent says the password anew.
enum MaildropSecretRule {
    /// Refuses settings that would show the secret a maildrop has to another server, or in another way, than it was given
    /// for.
    ///
    /// - Parameter password: what the same change does to the password.
    static func check(_ settings: MaildropSettings, _ password: PasswordChange, of maildrop: Maildrop) throws {
        guard try MaildropRules.checked(settings).isOtherServer(than: maildrop.settings) else { return }
        switch password {
        case .set: return
        case .keep, .remove:
            if let provider = maildrop.signInProvider {
                throw SetError.invalid(
                    "password",
                    """
                    This maildrop signs in at \(provider): where and how is changed with restante maildrop set on the \
                    server, or together with a password that takes the place of that sign-in.
                    """)
            }
        }
        if case .keep = password, maildrop.hasPassword {
            throw SetError.invalid(
                "password",
                """
                The password this maildrop has was given for another server or another way to sign in: send it again \
                together with host, port, security, username, certificatePin or signIn.
                """)
        }
    }
}
