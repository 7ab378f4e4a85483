import Crypto
import Foundation
import MailModel
import Testing

@testable import WebPush

@Suite struct PushMessageTests {
    private let ours = P256.KeyAgreement.PrivateKey()
    private let salt = Array(repeating: UInt8(7), count: 16)

    private func keys(_ publicKey: [UInt8]? = nil) throws -> PushKeys {
        let point = publicKey ?? Array(P256.KeyAgreement.PrivateKey().publicKey.x963Representation)
        return try #require(PushKeys(publicKey: point, secret: Array(repeating: 1, count: 16)))
    }

    @Test func aMessageIsAsLargeAsPushServicesTakeAndNotLarger() throws {
        let keys = try keys()
        let largest = PushMessage.encrypt(
            Array(repeating: 0, count: PushMessage.largestContent), for: keys, ephemeral: ours, salt: salt)
        #expect(largest?.count == 4096)
        let larger = PushMessage.encrypt(
            Array(repeating: 0, count: PushMessage.largestContent + 1), for: keys, ephemeral: ours, salt: salt)
        #expect(larger == nil)
    }

    @Test func aPointThatIsNotOnTheCurveEncryptsNothing() throws {
        let keys = try keys([4] + Array(repeating: 1, count: 64))
        #expect(PushMessage.encrypt([1], for: keys, ephemeral: ours, salt: salt) == nil)
    }

    @Test func keysHaveTheirLengths() {
        let secret = Array(repeating: UInt8(1), count: 16)
        for (point, secret) in [
            ([4] + Array(repeating: UInt8(1), count: 63), secret), ([2] + Array(repeating: 1, count: 64), secret),
            ([4] + Array(repeating: 1, count: 64), Array(secret.dropLast())), ([], []),
        ] {
            #expect(PushKeys(publicKey: point, secret: secret) == nil)
        }
    }

    @Test func whatTheCodingCannotHoldIsNotWritten() {
        let key = SymmetricKey(size: .bits128)
        let whole = ContentCoding.Record(Array(repeating: 0, count: 8))
        let encode = { (records: [ContentCoding.Record], size: Int, keyID: Int, salt: Int) in
            ContentCoding.encode(
                records, recordSize: size, key: key, keyID: Array(repeating: 0, count: keyID),
                salt: Array(repeating: 0, count: salt))
        }
        #expect(encode([whole], 25, 255, 16) != nil)
        #expect(encode([whole], 24, 0, 16) == nil)
        #expect(encode([whole], 25, 256, 16) == nil)
        #expect(encode([whole], 25, 0, 15) == nil)
        #expect(encode([whole], -1, 0, 16) == nil)
        #expect(encode([], 25, 0, 16) == nil)
        // Only the last record may be shorter than the others.
        #expect(encode([.init([0]), whole], 25, 0, 16) == nil)
        #expect(encode([.init([0], padding: -1)], 25, 0, 16) == nil)
    }
}

@Suite struct ApplicationServerTests {
    @Test func theTokenIsSignedAndSaysForWhomUntilWhenAndBy() throws {
        let key = P256.Signing.PrivateKey()
        let server = ApplicationServer(key: key, contact: "mailto:post\"master@example.org")
        let value = try server.authorization(for: "https://push.example.net", until: 1_700_000_000)
        let parts = value.split(separator: " ")
        #expect(parts.count == 3 && parts[0] == "vapid" && parts[2] == "k=\(server.publicKey)")
        let token = parts[1].dropFirst(2).dropLast().split(separator: ".")
        try #require(token.count == 3)
        #expect(
            Base64URL.decode(token[0]).map { String(decoding: $0, as: UTF8.self) } == #"{"typ":"JWT","alg":"ES256"}"#)
        #expect(
            Base64URL.decode(token[1]).map { String(decoding: $0, as: UTF8.self) }
                == #"{"aud":"https://push.example.net","exp":1700000000,"sub":"mailto:postmaster@example.org"}"#)
        let signature = try P256.Signing.ECDSASignature(rawRepresentation: try #require(Base64URL.decode(token[2])))
        let text = Data("\(token[0]).\(token[1])".utf8)
        #expect(key.publicKey.isValidSignature(signature, for: text))
        #expect(Base64URL.decode(server.publicKey)?.count == 65)
    }

    @Test func withoutAContactNoneIsNamed() throws {
        let server = ApplicationServer(key: P256.Signing.PrivateKey(), contact: nil)
        let value = try server.authorization(for: "https://push.example.net", until: 1)
        let claims = try #require(Base64URL.decode(value.split(separator: ".")[1]))
        #expect(String(decoding: claims, as: UTF8.self) == #"{"aud":"https://push.example.net","exp":1}"#)
    }
}
