import Crypto
public import MailModel

extension MailStore {
    /// What says that this server itself named a remote image to an account: 128 bits of an HMAC-SHA-256 over both, with a
    /// key derived (HKDF, RFC 5869) from the one that seals passwords. Good for as long as that key is.
    public func remoteImageSignature(of url: String, for account: AccountID) -> [UInt8] {
        let derived = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: key.key, info: Array("restante remote images 1".utf8), outputByteCount: 32)
        let code = HMAC<SHA256>.authenticationCode(for: Array("\(account)\n\(url)".utf8), using: derived)
        return Array(code.prefix(16))
    }

    /// Compared in constant time.
    public func isRemoteImageSignature(_ signature: [UInt8], of url: String, for account: AccountID) -> Bool {
        Secret(bytes: remoteImageSignature(of: url, for: account)).isEqualInConstantTime(to: Secret(bytes: signature))
    }
}
