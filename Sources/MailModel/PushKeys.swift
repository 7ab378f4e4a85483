/// What a client wants its push messages encrypted with (RFC 8620 §7.2, RFC 8291 §2.1).
public struct PushKeys: Hashable, Sendable {
    /// `p256dh`: the subscriber's point on P-256, uncompressed: 65 octets.
    public let publicKey: [UInt8]
    /// `auth`: 16 octets that only the subscriber and whoever pushes know.
    public let secret: [UInt8]

    /// Nil for the wrong lengths or form. Whether the point lies on the curve is for whoever computes with it.
    public init?(publicKey: [UInt8], secret: [UInt8]) {
        guard publicKey.count == 65, publicKey[0] == 4, secret.count == 16 else { return nil }
        self.publicKey = publicKey
        self.secret = secret
    }
}
