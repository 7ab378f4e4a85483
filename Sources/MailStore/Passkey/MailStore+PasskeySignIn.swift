import GRDB
import Logging
import MailModel
public import WebAuthn

extension MailStore {
    /// A challenge for somebody at `address` who wants to sign in with a passkey: good once, for five minutes. Nobody has
    /// said yet who they are, so anybody may ask.
    public func passkeyChallenge(
        at relyingParty: RelyingParty, from address: String
    ) -> [UInt8] {
        challenges.give(at: relyingParty, to: address, at: options.clock())
    }

    /// Signs a browser in with a passkey, behind the throttle that all ways in share; `address` as for a password.
    ///
    /// Whatever is wrong with it, the answer is the same.
    public func signIn(
        passkey response: AssertionResponse, at relyingParty: RelyingParty, from address: String, userAgent: String
    ) async throws(MailStoreError) -> SessionSignIn {
        let now = options.clock()
        if case .refused(let wait) = guardian.verdict(address: address, at: now) { return .refused(retryAfter: wait) }
        let secret = DeviceSecret.text(DeviceSecret.random())
        let new = NewSession(
            secretHash: SessionSecret.hash(secret), userAgent: UserAgentText.kept(userAgent), address: address)
        guard let use = try await verified(response, at: relyingParty),
            let (principal, session) = try await begin(new, with: use, at: now)
        else {
            // No user's name has a space; who it may have been is nobody's business.
            let place = "passkey from \(SignInThrottle.network(address))"
            return .failed(delay: guardian.failed(address: address, user: place, at: options.clock()))
        }
        guardian.succeeded(user: principal.userName)
        presence.seen(principal.account, at: session.createdAt)
        return .signedIn(principal, session, secret)
    }

    /// A passkey's answer that holds, and the counter that it brought.
    private struct PasskeyUse: Sendable {
        let id: PasskeyID
        let user: UserID
        let signCount: UInt32
    }

    /// Nil for an answer that does not hold, or to no challenge of ours; the challenge is spent in any case.
    private func verified(
        _ response: AssertionResponse, at relyingParty: RelyingParty
    ) async throws(MailStoreError) -> PasskeyUse? {
        guard let challenge = response.claimedChallenge,
            challenges.takeSignIn(challenge, at: relyingParty, at: options.clock()),
            let (id, user, credential) = try await kept(response.id)
        else { return nil }
        do throws(WebAuthnError) {
            let count = try response.verified(challenge: challenge, at: relyingParty, by: credential)
            return PasskeyUse(id: id, user: user, signCount: count)
        } catch {
            if error.code == .counter {
                logger.warning(
                    "A passkey's counter did not go on: there may be a copy of it",
                    metadata: ["passkey": "\(id)", "user": "\(user)"])
            } else {
                logger.debug("A passkey was refused", metadata: ["passkey": "\(id)", "why": "\(error.code)"])
            }
            return nil
        }
    }

    private func kept(_ credential: [UInt8]) async throws(MailStoreError) -> (PasskeyID, UserID, KeptCredential)? {
        try await database.read { database in
            try database.first(
                """
                SELECT passkey.id, passkey.user, publicKey, signCount, relyingParty, handle
                FROM passkey JOIN passkeyOwner ON passkeyOwner.user = passkey.user WHERE credential = ?
                """, .blob(credential)
            ) { row in
                guard let key = try? CredentialKey(row.blob(2)) else {
                    throw MailStoreError(.corrupt, "The key of passkey \(row.int(0)) cannot be read.")
                }
                return (
                    PasskeyID(rawValue: row.int(0)), UserID(rawValue: row.int(1)),
                    KeptCredential(
                        id: credential, key: key, signCount: UInt32(clamping: row.int(3)), relyingParty: row.text(4),
                        userHandle: row.blob(5))
                )
            }
        }
    }

    /// Nil when the passkey or the user has gone meanwhile, may not sign in, or another use of the passkey has brought a
    /// later counter. All in one commit.
    private func begin(
        _ new: NewSession, with use: PasskeyUse, at now: Timestamp
    ) async throws(MailStoreError) -> (Principal, WebSession)? {
        let (limits, deferred) = (options.limits.signIn, deferred)
        let made = try await database.write { database -> (Principal, WebSession, [SessionID])? in
            guard let user = try User.find(use.user, in: database), user.disabledAt == nil,
                try Self.note(use, at: now, in: database),
                let (session, ended) = try Self.begin(new, of: user.id, at: now, limits, deferred, in: database)
            else { return nil }
            let principal = Principal(
                user: user.id, userName: user.name, role: user.role, account: user.account,
                credential: .session(session.id))
            return (principal, session, ended)
        }
        guard let (principal, session, ended) = made else { return nil }
        await tellEnd(of: ended, of: use.user)
        await tell([.session(.created, session.id)], about: use.user)
        return (principal, session)
    }

    private static func note(_ use: PasskeyUse, at now: Timestamp, in database: Database) throws -> Bool {
        let count = try database.run(
            """
            UPDATE passkey SET signCount = ?, lastUsedAt = ?
            WHERE id = ? AND user = ? AND (signCount < ? OR signCount = 0 AND ? = 0)
            """, .int(Int64(use.signCount)), .int(now.milliseconds), .int(use.id.rawValue), .int(use.user.rawValue),
            .int(Int64(use.signCount)), .int(Int64(use.signCount)))
        return count == 1
    }
}
