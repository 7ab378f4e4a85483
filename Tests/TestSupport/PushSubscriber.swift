public import Crypto
import Foundation
import MailModel

/// A client's end of Web Push: its keys, and the reading of what was encrypted for them (RFC 8291, RFC 8188). It shares no
/// code with who writes.
public struct PushSubscriber: Sendable {
    public let key: P256.KeyAgreement.PrivateKey
    public let secret: [UInt8]

    public init() {
        key = .init()
        secret = (0..<16).map { _ in UInt8.random(in: 0...255) }
    }

    public init(key: P256.KeyAgreement.PrivateKey, secret: [UInt8]) {
        self.key = key
        self.secret = secret
    }

    /// As `PushSubscription` has them.
    public var keys: String {
        #"{"p256dh":"\#(Base64URL.encode(key.publicKey.x963Representation))","auth":"\#(Base64URL.encode(secret))"}"#
    }

    /// What a message of one record says; nil when it is not one for these keys.
    public func decrypt(_ body: [UInt8]) -> String? {
        guard body.count > 86 + 17, body[20] == 65,
            let sender = try? P256.KeyAgreement.PublicKey(
                x963Representation: body[21..<86]), let shared = try? key.sharedSecretFromKeyAgreement(with: sender)
        else { return nil }
        let ours = Array(key.publicKey.x963Representation)
        let first = Self.mac(shared.withUnsafeBytes { Array($0) }, key: secret)
        let material = Self.mac(Array("WebPush: info".utf8) + [0] + ours + body[21..<86] + [1], key: first)
        let base = Self.mac(material, key: Array(body[..<16]))
        let content = Self.mac(Array("Content-Encoding: aes128gcm".utf8) + [0, 1], key: base).prefix(16)
        let nonce = Self.mac(Array("Content-Encoding: nonce".utf8) + [0, 1], key: base).prefix(12)
        guard let box = try? AES.GCM.SealedBox(combined: nonce + body[86...]),
            let plain = try? AES.GCM.open(box, using: SymmetricKey(data: content)),
            let end = plain.lastIndex(where: { $0 != 0 }), plain[end] == 2
        else { return nil }
        return String(decoding: plain[..<end], as: UTF8.self)
    }

    /// HMAC with SHA-256: one step of HKDF (RFC 5869 §2).
    private static func mac(_ octets: [UInt8], key: [UInt8]) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: octets, using: SymmetricKey(data: key)))
    }
}
