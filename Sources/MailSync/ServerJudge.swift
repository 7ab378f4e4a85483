import MailModel
import MailStore
import POP3

/// Holds what a session met against what earlier sessions with the same server met.
struct ServerJudge: Sendable {
    /// So many refused sign-ins in a row, after one that was accepted, make a wrong password.
    static let refusalsToBelieve = 3
    /// Refusals closer together than this count as one.
    static let refusalSpacing: Duration = .seconds(240)

    let memory: ServerMemory
    let credential: Credential
    let now: Timestamp

    /// What the memory is after a sign-in that succeeded.
    func afterSignIn(_ method: SignInMethod?, _ announced: Capabilities, certificate: [UInt8]?) -> ServerMemory {
        var next = memory
        next.method = method?.description
        next.mechanisms = announced.saslMechanisms
        next.certificate = certificate
        next.refusals = 0
        next.refusedAt = nil
        return next
    }

    /// A failure as it looks in the light of what was before, and the memory after it.
    func judged(_ failure: SyncFailure) -> (failure: SyncFailure, memory: ServerMemory) {
        switch failure.kind {
        case .authenticationFailed: judgedRefusal(failure)
        case .certificateRejected: (judgedCertificate(failure), memory)
        case .tlsUnavailable, .tlsFailed: (judgedTLS(failure), memory)
        default: (failure, memory)
        }
    }

    /// A server that took this password before is not believed at once that it is wrong: many say so when they have had
    /// too many sign-ins. `[AUTH]` is believed: it says nothing else (RFC 3206 §5).
    private func judgedRefusal(_ failure: SyncFailure) -> (SyncFailure, ServerMemory) {
        var failure = failure
        if case .accessToken = credential {
            failure.description = failure.description.replacing(
                "user name or password: check both, and set the password again.",
                with: "the access token: sign in to the provider again.")
        }
        guard memory.method != nil, failure.responseCode?.matches(.authentication) != true else {
            return (failure, memory)
        }
        var next = memory
        if next.refusedAt.map({ now.since($0) >= Self.refusalSpacing || $0 > now }) ?? true {
            next.refusals += 1
            next.refusedAt = now
        }
        guard next.refusals < Self.refusalsToBelieve else { return (failure, next) }
        failure.kind = .throttled
        failure.description =
            "The server refuses the \(noun) that it took before. Servers that are asked too often do that: it is left"
            + " alone and tried again, and believed after \(Self.refusalsToBelieve) refusals. If the \(noun) was changed at"
            + " the provider, set it here." + words(of: failure)
        return (failure, next)
    }

    private var noun: String { if case .accessToken = credential { "access token" } else { "password" } }

    /// The server's own words, which stand at the end of the sentence.
    private func words(of failure: SyncFailure) -> String {
        guard let range = failure.description.firstRange(of: " The server says: ") else { return "" }
        return String(failure.description[range.lowerBound...])
    }

    private func judgedCertificate(_ failure: SyncFailure) -> SyncFailure {
        guard let known = memory.certificate, let shown = failure.certificate, known != shown else { return failure }
        var failure = failure
        failure.kind = .certificateChanged
        failure.description =
            "The server shows another certificate than before, and this one can't be verified: nothing was sent to it."
            + " If the provider did not announce that, somebody may be in between. " + failure.description
        return failure
    }

    private func judgedTLS(_ failure: SyncFailure) -> SyncFailure {
        guard memory.certificate != nil else { return failure }
        var failure = failure
        failure.description += " TLS worked there before: somebody may be in between. Nothing was sent without it."
        return failure
    }
}

extension ClientConfiguration {
    /// Sets what a session needs to know of earlier ones.
    mutating func remember(_ memory: ServerMemory) {
        earlier = memory.method.flatMap(SignInMethod.init).map {
            EarlierSignIn(method: $0, announced: memory.mechanisms)
        }
    }
}
