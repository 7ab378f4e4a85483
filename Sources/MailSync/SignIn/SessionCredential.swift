import MailModel
import MailStore
import OAuth2
import POP3

/// What a maildrop signs in with, and whether there may be something newer.
struct SessionCredential: Sendable {
    var credential: Credential
    /// The provider of an access token; nil for a password.
    var provider: String?
    /// Kept from an earlier session: a refusal may only mean that it was revoked meanwhile.
    var isKept = false
}

/// What is kept of a maildrop's credential.
enum KeptSecret: Sendable {
    case nothing
    case password(Secret)
    case grant(MaildropGrant)

    init(_ reader: AccountReader, _ id: MaildropID) throws {
        if let grant = try reader.grant(of: id) {
            self = .grant(grant)
        } else {
            self = try reader.password(of: id).map { .password($0) } ?? .nothing
        }
    }
}

/// All that a poll reads of the account before it connects, from one snapshot.
struct PollOpening: Sendable {
    var outset: PollOutset
    /// A failure is the poll's.
    var secret: Result<KeptSecret, any Error>

    /// Nil when there is no such maildrop.
    init?(_ reader: AccountReader, _ id: MaildropID, now: Timestamp) throws {
        guard let outset = try reader.pollOutset(of: id, now: now) else { return nil }
        self.outset = outset
        secret = Result { try KeptSecret(reader, id) }
    }
}

extension MaildropPoller {
    /// The password, or an access token that is good now.
    func signIn(
        _ maildrop: Maildrop, _ account: Account, _ policy: AddressPolicy, _ kept: KeptSecret
    ) async throws(SyncFailure) -> SessionCredential {
        let id = maildrop.id
        do {
            let grant: MaildropGrant
            switch kept {
            case .nothing: throw SyncFailure.missingPassword
            case .password(let password): return SessionCredential(credential: .password(password))
            case .grant(let kept): grant = kept
            }
            let token = try await tokens.token(
                AccessTokens.Key(account: account.id, maildrop: id), grant, policy: policy
            ) { new in
                // Nobody may use the access token before the refresh token that came with it is on disk.
                _ = try await account.write { try $0.replaceRefreshToken(grant.refreshToken, with: new, of: id) }
            }
            return SessionCredential(
                credential: .accessToken(token.secret), provider: grant.provider, isKept: !token.isFresh)
        } catch {
            throw SyncFailure(error).naming(maildrop)
        }
    }

    /// Whether a refused sign-in is worth another try: the token was an old one, and is forgotten now.
    func renew(after result: Result, _ subject: PollSubject, _ account: AccountID) async -> Bool {
        guard subject.signIn.provider != nil, result.session.signIn == nil, let kind = result.report.failure?.kind,
            kind == .authenticationFailed || kind == .throttled
        else { return false }
        await tokens.forget(AccessTokens.Key(account: account, maildrop: subject.maildrop.id))
        return subject.signIn.isKept
    }
}

extension SyncFailure {
    /// Why there is no access token.
    init(signIn error: any Error, provider: String) {
        guard let error = error as? OAuthError else {
            self.init(error)
            return
        }
        switch error.code {
        case .signInNeeded, .expired:
            self.init(.authenticationFailed, error.message + Self.again(provider))
        case .refusedClient:
            self.init(.signInUnavailable, error.message + Self.again(provider))
        case .temporary, .malformed:
            self.init(.serverTemporary, error.message)
        case .addressNotAllowed:
            self.init(.notAllowed, error.message)
        case .cancelled:
            self = .interrupted
        }
    }

    /// How to sign in again; NAME becomes the maildrop's. A provider of one's own is named by its file.
    private static func again(_ provider: String) -> String {
        let isKnown = ["google", "microsoft"].contains(provider)
        return " Run: restante maildrop set NAME --oauth \(isKnown ? provider : "FILE (the one of \(provider))")"
    }

    /// The same with the maildrop's name in the command to run.
    func naming(_ maildrop: Maildrop) -> SyncFailure {
        var named = self
        named.description = description.replacing(" set NAME --oauth", with: " set '\(maildrop.settings.name)' --oauth")
        return named
    }

    /// A refused sign-in with an access token is not about a password.
    func explained(for signIn: SessionCredential, maildrop: Maildrop) -> SyncFailure {
        guard let provider = signIn.provider, kind == .authenticationFailed else { return self }
        var explained = self
        let quoted = description.firstRange(of: " The server says:").map { String(description[$0.lowerBound...]) } ?? ""
        explained.description =
            "The server refused the access token from \(provider). Check that POP is switched on for the mailbox and that"
            + " \(maildrop.settings.username) is who signed in; if so, sign in again."
            + Self.again(provider) + (quoted.isEmpty ? "" : "." + quoted)
        return explained.naming(maildrop)
    }
}
