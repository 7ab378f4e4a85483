public import MailModel
public import MailStore
public import WebAuthn

/// JMAP (RFC 8620, RFC 8621 and our own maildrops) over the store: a request's octets in, a response's octets out.
///
/// It knows nothing of how they travel. Whoever calls it has signed the principal in and bounds how many requests run at
/// once.
public struct JMAPServer: Sendable {
    let store: MailStore
    let limits: Limits.JMAP
    let remoteImages: any RemoteImageAddresses
    let unsubscriber: any OneClickUnsubscriber
    let devicePOP3: DevicePOP3?
    let clock: @Sendable () -> Timestamp

    /// - Parameters:
    ///   - remoteImages: where a message's remote images are loaded from when they may be; left out by default.
    ///   - unsubscriber: who tells a list that somebody leaves it; by default nobody.
    ///   - devicePOP3: where devices reach their mail by POP3; nil: they don't.
    public init(
        store: MailStore, limits: Limits.JMAP = .init(),
        remoteImages: any RemoteImageAddresses = RemoteImagesLeftOut(),
        unsubscriber: any OneClickUnsubscriber = NoOneClick(), devicePOP3: DevicePOP3? = nil,
        clock: @escaping @Sendable () -> Timestamp
    ) {
        self.store = store
        self.limits = limits
        self.remoteImages = remoteImages
        self.unsubscriber = unsubscriber
        self.devicePOP3 = devicePOP3
        self.clock = clock
    }

    /// Answers one Request object (RFC 8620 §3): its Response object, or why there is none.
    ///
    /// - Parameter relyingParty: for whom passkeys are where the request came from; nil where there are none.
    public func respond(
        to body: [UInt8], principal: Principal, relyingParty: RelyingParty? = nil
    ) async throws(RequestError) -> [UInt8] {
        let request = try Request(body, limits: limits)
        let dispatcher = Dispatcher(methods: Method.byName, using: request.using)
        let exchange = await dispatcher.run(
            request.calls,
            Exchange(
                store: store, principal: principal, limits: limits, remoteImages: remoteImages,
                unsubscriber: unsubscriber, relyingParty: relyingParty, now: clock(), using: request.using,
                createdIDs: request.createdIDs))
        return exchange.response(
            sessionState: sessionState(for: principal), withCreatedIDs: request.createdIDs != nil)
    }

    /// The Session object (RFC 8620 §2). `baseURL` is where clients reach the server (`https://mail.example`); a solidus
    /// at its end is dropped.
    public func session(for principal: Principal, baseURL: String) -> [UInt8] {
        sessionObject(for: principal)
            .write(baseURL: baseURL.hasSuffix("/") ? String(baseURL.dropLast()) : baseURL)
    }

    /// The Session object's `state`, as every response repeats it.
    public func sessionState(for principal: Principal) -> String {
        sessionObject(for: principal).state
    }

    private func sessionObject(for principal: Principal) -> Session {
        Session(
            principal: principal, limits: limits, applicationServerKey: store.applicationServerPublicKey,
            devicePOP3: devicePOP3, ruleLimits: store.ruleLimits)
    }
}
