public import Crypto
public import MailModel

/// A push message's content, encrypted for its subscriber alone (RFC 8291).
public enum PushMessage {
    /// Octets of content that one message takes: push services take 4096 in all (RFC 8030 §7.2), of which the header has
    /// 86 and the record's delimiter and tag 17 (RFC 8291 §4).
    public static let largestContent = 4096 - 86 - ContentCoding.overhead

    /// - Parameters:
    ///   - ephemeral: a key of our own that is used for this message only (§3.1).
    ///   - salt: 16 random octets.
    /// - Returns: the body of the request, whose `Content-Encoding` is `aes128gcm`; nil when the content is too large.
    public static func encrypt(
        _ content: [UInt8], for keys: PushKeys, ephemeral: P256.KeyAgreement.PrivateKey, salt: [UInt8]
    ) -> [UInt8]? {
        guard content.count <= largestContent,
            let subscriber = try? P256.KeyAgreement.PublicKey(x963Representation: keys.publicKey),
            let shared = try? ephemeral.sharedSecretFromKeyAgreement(with: subscriber)
        else { return nil }
        let ours = Array(ephemeral.publicKey.x963Representation)
        // §3.4: both keys are bound in, so that neither can be passed off for another's.
        let key = shared.hkdfDerivedSymmetricKey(
            using: SHA256.self, salt: keys.secret,
            sharedInfo: Array("WebPush: info".utf8) + [0] + keys.publicKey + ours,
            outputByteCount: 32)
        return ContentCoding.encode(
            [ContentCoding.Record(content)], recordSize: 4096, key: key, keyID: ours, salt: salt)
    }
}
