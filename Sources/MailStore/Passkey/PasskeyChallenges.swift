import MailModel
import Synchronization
import WebAuthn

/// The challenges of sign-ins and of passkeys that are being added, in memory: the end of the process voids them.
final class PasskeyChallenges: Sendable {
    static let signInsPerAddress = 16
    static let signIns = 4096
    static let draftsPerUser = 4
    static let drafts = 256

    private let signIns = Mutex(
        ChallengeBox<RelyingParty>(perOwner: PasskeyChallenges.signInsPerAddress, altogether: PasskeyChallenges.signIns)
    )
    private let drafts = Mutex(
        ChallengeBox<PasskeyDraft>(perOwner: PasskeyChallenges.draftsPerUser, altogether: PasskeyChallenges.drafts))

    /// One for a sign-in that somebody at `address` begins.
    func give(at relyingParty: RelyingParty, to address: String, at now: Timestamp) -> [UInt8] {
        signIns.withLock { $0.give(for: relyingParty, to: SignInThrottle.network(address), at: now) }
    }

    /// Whether it was given for a sign-in there. It is good no more, whatever the answer.
    func takeSignIn(_ challenge: [UInt8], at relyingParty: RelyingParty, at now: Timestamp) -> Bool {
        signIns.withLock { $0.take(challenge, at: now) } == relyingParty
    }

    func give(_ draft: PasskeyDraft, at now: Timestamp) -> [UInt8] {
        drafts.withLock { $0.give(for: draft, to: draft.user.description, at: now) }
    }

    func takeDraft(_ challenge: [UInt8], at now: Timestamp) -> PasskeyDraft? {
        drafts.withLock { $0.take(challenge, at: now) }
    }

    /// What a user has begun is not to be ended.
    func forget(_ user: UserID) { drafts.withLock { $0.forget(user.description) } }
}
