import ArgumentParser
import Daemon

/// The server that a maildrop's mail is sent with.
struct SendingOptions: ParsableArguments {
    @Option(help: "The server that mail is sent with (SMTP submission); empty: none any more.") var smtpHost: String?
    @Option(help: "465 for tls, 587 otherwise.") var smtpPort: Int?
    @Option(help: "tls, starttls or plain (which sends the password in the clear).") var smtpSecurity: String?
    @Option(help: "same (as the maildrop signs in), own (another user name and password) or none.")
    var smtpSignIn: String?
    @Option(help: "The user name there, if it is another one; with a password of its own.") var smtpUsername: String?
    @Option(help: "Trust exactly the certificate of this SHA-256 (64 hexadecimal digits); empty: none.")
    var smtpPin: String?
    @Option(help: "Read the password for sending from the first line of this file; - is standard input.")
    var smtpPasswordFile: String?
    @Option(help: "Read it from what this shell command prints. It is run once, not stored.")
    var smtpPasswordCommand: String?

    func validate() throws {
        if smtpPasswordFile != nil, smtpPasswordCommand != nil {
            throw ValidationError("--smtp-password-file and --smtp-password-command cannot be given both.")
        }
    }

    func apply(to options: inout MaildropOptions) {
        options.sending.host = smtpHost
        options.sending.port = smtpPort
        options.sending.security = smtpSecurity
        options.sending.signIn = smtpSignIn
        options.sending.username = smtpUsername
        options.sending.pin = smtpPin
    }

    /// At the terminal when a user name of its own is given and nothing else is said of its password.
    var password: PasswordSource? {
        if let smtpPasswordFile { return .file(smtpPasswordFile) }
        if let smtpPasswordCommand { return .command(smtpPasswordCommand) }
        guard let smtpUsername else { return nil }
        return .prompt("Password of \(smtpUsername) for sending: ", isNew: false)
    }
}
