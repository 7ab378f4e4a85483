import Crypto
import CryptoExtras
import Foundation
import MailModel

/// What one scrypt costs (RFC 7914 §2): 128 · blockSize · 2^logRounds octets of memory, and time with it.
public struct ScryptCost: Hashable, Sendable {
    public var logRounds: Int
    public var blockSize: Int
    public var parallelism: Int

    public init(logRounds: Int = 15, blockSize: Int = 8, parallelism: Int = 1) {
        self.logRounds = logRounds
        self.blockSize = blockSize
        self.parallelism = parallelism
    }
}

/// A user's password as it is stored.
struct PasswordHash: Sendable {
    let cost: ScryptCost
    let salt: [UInt8]
    let hash: [UInt8]

    /// Takes as long as `cost` says: call it where blocking is allowed.
    init(of password: Secret, cost: ScryptCost) throws(MailStoreError) {
        let salt = SymmetricKey(size: .bits128).withUnsafeBytes { Array($0) }
        self.init(cost: cost, salt: salt, hash: try Self.derive(password, salt: salt, cost: cost))
    }

    init(cost: ScryptCost, salt: [UInt8], hash: [UInt8]) {
        self.cost = cost
        self.salt = salt
        self.hash = hash
    }

    func matches(_ password: Secret) throws(MailStoreError) -> Bool {
        let derived = try Self.derive(password, salt: salt, cost: cost)
        return Secret(bytes: derived).isEqualInConstantTime(to: Secret(bytes: hash))
    }

    private static func derive(
        _ password: Secret, salt: [UInt8], cost: ScryptCost
    ) throws(MailStoreError) -> [UInt8] {
        do {
            let key = try password.withBytes {
                try KDF.Scrypt.deriveKey(
                    from: $0, salt: salt, outputByteCount: 32, rounds: 1 << cost.logRounds,
                    blockSize: cost.blockSize, parallelism: cost.parallelism)
            }
            return key.withUnsafeBytes { Array($0) }
        } catch {
            throw MailStoreError(.inputOutput, "The password could not be hashed.", cause: error)
        }
    }
}
