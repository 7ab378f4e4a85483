package import Crypto
import GRDB
import MailModel

/// The key pair that push services know this data directory by (RFC 8292): made once, and sealed.
enum ApplicationServerKey {
    /// The key of a data directory. One that was sealed with a key that is lost is made anew: what was subscribed to with it
    /// can't be read either.
    static func load(_ sealing: SealingKey, from database: DirectoryDatabase) throws(MailStoreError)
        -> P256.Signing.PrivateKey
    {
        let sealed = try database.read { database in
            try database.first("SELECT key FROM applicationServer") { $0.blob(0) }
        }
        if let sealed, let octets = try? sealing.open(sealed, for: .applicationServer),
            let key = try? P256.Signing.PrivateKey(rawRepresentation: octets)
        {
            return key
        }
        let key = P256.Signing.PrivateKey()
        let octets = try sealing.seal(Array(key.rawRepresentation), for: .applicationServer)
        try database.write { database -> Void in
            try database.run("INSERT OR REPLACE INTO applicationServer VALUES (1, ?)", .blob(octets))
        }
        return key
    }
}

extension MailStore {
    /// Signs what is sent to push services.
    package var applicationServerKey: P256.Signing.PrivateKey { applicationServer }

    /// The public key that clients give to push services (RFC 9749 §3): a point on P-256, uncompressed.
    public var applicationServerPublicKey: [UInt8] { Array(applicationServer.publicKey.x963Representation) }
}
