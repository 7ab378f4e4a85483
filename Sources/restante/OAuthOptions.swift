public import ArgumentParser
public import Daemon

/// A sign-in at a provider, in place of a password.
struct OAuthOptions: ParsableArguments {
    @Option(
        help: "Sign in at google, at microsoft, or at the provider that a file describes, in place of a password.")
    var oauth: String?

    @Option(help: "device (a code to type in anywhere) or browser (on this machine); what the provider has.")
    var oauthFlow: OAuthSource.Flow?

    var source: OAuthSource? { oauth.map { OAuthSource($0, flow: oauthFlow) } }

    func exclude(_ password: PasswordOptions) throws {
        if oauth != nil, password.given != nil {
            throw ValidationError("A maildrop has a password or an --oauth sign-in, not both.")
        }
        if oauth == nil, oauthFlow != nil { throw ValidationError("--oauth-flow goes with --oauth.") }
    }
}

extension OAuthSource.Flow: ExpressibleByArgument {}
