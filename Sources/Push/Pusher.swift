import Crypto
import JMAP
import JSON
import Logging
import MailModel
import MailStore
import OutboundHTTP
import WebPush

/// Sends single pushes.
struct Pusher: Sendable {
    let store: MailStore
    let fetcher: any HTTPFetcher
    let options: PushOptions
    let logger: Logger
    private let server: ApplicationServer

    init(store: MailStore, fetcher: any HTTPFetcher, options: PushOptions, logger: Logger) {
        self.store = store
        self.fetcher = fetcher
        self.options = options
        self.logger = logger
        server = ApplicationServer(key: store.applicationServerKey, contact: options.contact)
    }

    /// How a push service is to treat a message (RFC 8030 §5.3, §5.4).
    private struct Manner {
        let urgency: String
        /// A later message takes the place of one with the same topic that was not delivered yet.
        let topic: String?
    }

    /// Tells a verified subscription of changes.
    func push(_ message: PushLine.Message, to id: PushSubscriptionID) async -> PushOutcome {
        let manner = Manner(urgency: message.isNewMail ? "normal" : "low", topic: "state")
        return await send(to: id, .verified, manner) { _ in
            message.whole.stateChange(message.states)
        }
    }

    /// Sends a subscription its code (RFC 8620 §7.2.2). Noted before, so that an end of the process in between sends it once
    /// and not twice.
    func verify(_ target: PushTarget) async -> PushOutcome {
        do {
            guard try await store.beginVerification(target.id) else { return .ended }
        } catch {
            logger.error("A push subscription could not be noted", metadata: ["error": "\(error)"])
            return .failed(after: nil, isCertain: false)
        }
        return await send(to: target.id, .unverified, Manner(urgency: "normal", topic: nil)) { address in
            var writer = JSONWriter()
            writer.beginObject()
            writer.key("@type")
            writer.value("PushVerification")
            writer.key("pushSubscriptionId")
            writer.value(target.id.description)
            writer.key("verificationCode")
            writer.value(address.verificationCode)
            writer.endObject()
            return writer.bytes
        }
    }

    private func send(
        to id: PushSubscriptionID, _ stage: PushStage, _ manner: Manner, _ content: (PushAddress) -> [UInt8]
    ) async -> PushOutcome {
        do {
            guard let address = try await store.pushAddress(of: id, in: stage) else { return .ended }
            guard let request = try request(address, manner, content(address)) else { return .gone }
            let outcome = PushOutcome(try await fetcher.send(request), at: options.clock())
            note(id, outcome)
            return outcome
        } catch let error as OutboundHTTPError {
            let outcome = PushOutcome(error)
            note(id, outcome, error.code.rawValue)
            return outcome
        } catch let error as MailStoreError where error.code == .badKey {
            note(id, .gone, "sealed with another key")
            return .gone
        } catch {
            logger.error("A push could not be made", metadata: ["error": "\(error)"])
            return .failed(after: nil, isCertain: false)
        }
    }

    /// Nil for an address that can't be asked, or keys with which nothing can be encrypted.
    private func request(_ address: PushAddress, _ manner: Manner, _ content: [UInt8]) throws -> OutboundRequest? {
        guard let url = OutboundURL(address.url), url.scheme == .https else { return nil }
        var request = OutboundRequest(
            .post, url, policy: store.addressPolicies.member.forPush, largestAnswer: 64 * 1024,
            timeout: options.timeout)
        let expires = options.clock().adding(.seconds(12 * 3600)).seconds
        request.headers = [
            ("Content-Type", "application/json"), ("TTL", "\(options.life.components.seconds)"),
            ("Urgency", manner.urgency),
            ("Authorization", try server.authorization(for: url.origin, until: expires)),
        ]
        if let topic = manner.topic { request.headers.append(("Topic", topic)) }
        guard let keys = address.keys else {
            request.body = content
            return request
        }
        let salt = SymmetricKey(size: .bits128).withUnsafeBytes { Array($0) }
        guard let body = PushMessage.encrypt(content, for: keys, ephemeral: .init(), salt: salt) else { return nil }
        request.headers.append(("Content-Encoding", "aes128gcm"))
        request.body = body
        return request
    }

    /// Neither where it went nor what was in it.
    private func note(_ id: PushSubscriptionID, _ outcome: PushOutcome, _ cause: String? = nil) {
        if outcome == .delivered {
            logger.debug("Pushed", metadata: ["subscription": "\(id)"])
            return
        }
        logger.info(
            "A push was not delivered",
            metadata: ["subscription": "\(id)", "result": "\(outcome.label)", "cause": "\(cause ?? "answer")"])
    }
}
