import NIOCore

/// What the owner answers to the machine's actions. An answer that nothing asked for has no effect.
extension POP3ServerMachine {
    /// The answer to `.signIn`: the credentials are right and the maildrop is this session's alone.
    public mutating func signedIn(_ maildrop: ServerMaildrop) {
        guard case .signingIn = state else { return }
        ok("\(maildrop.count) messages (\(maildrop.totalOctets) octets)")
        state = .transaction(ServerTransaction(maildrop))
    }

    /// The answer to `.signIn`.
    public mutating func signInRefused(_ reason: SignInRefusal) {
        guard case .signingIn = state else { return }
        err(reason.text)
        signInFailures += 1
        state = signInFailures < configuration.signInFailures ? .authorization(userName: nil) : .closing
    }

    /// The answer to `.retrieve`: the message is there and its octets follow.
    public mutating func messageBegan() {
        guard case .opening(let transaction, let lines) = state else { return }
        ok("The message follows")
        state = .sending(transaction, ByteStuffer(), lines.map(TopFilter.init))
    }

    /// The next octets of the message. Call `next()` afterwards: it may have something to send.
    public mutating func message(_ bytes: UnsafeRawBufferPointer) {
        guard case .sending(let transaction, var stuffer, var filter) = state else { return }
        let count = filter?.take(bytes) ?? bytes.count
        stuffer.write(UnsafeRawBufferPointer(rebasing: bytes[..<count]), to: &output)
        state = .sending(transaction, stuffer, filter)
    }

    /// Whether more octets of the message are of any use: not after the last line that TOP asked for.
    public var wantsMoreOfMessage: Bool {
        guard case .sending(_, _, let filter) = state else { return false }
        return filter?.isDone != true
    }

    /// The message is whole.
    public mutating func messageEnded() {
        guard case .sending(let transaction, let stuffer, _) = state else { return }
        stuffer.finish(to: &output)
        state = .transaction(transaction)
    }

    /// The answer to `.retrieve`: the message is gone, or can't be read.
    public mutating func messageUnavailable() {
        guard case .opening(let transaction, _) = state else { return }
        err("[SYS/TEMP] The message can't be read right now.")
        state = .transaction(transaction)
    }

    /// The answer to `.update`.
    public mutating func updated() {
        guard case .updating = state else { return }
        ok("Goodbye")
        state = .closing
    }

    /// The answer to `.update`: nothing was deleted (RFC 1939 §6).
    public mutating func updateFailed() {
        guard case .updating = state else { return }
        err("[SYS/TEMP] Some deleted messages were not removed.")
        state = .closing
    }
}
