import Crypto
import MailModel

extension SealingKey {
    /// What of pushing is sealed: one that is moved elsewhere does not open.
    enum PushPurpose: Hashable {
        case url(UserID)
        case keys(UserID)
        case code(UserID)
        /// The key that push services know us by.
        case applicationServer

        fileprivate var context: [UInt8] {
            switch self {
            case .url(let user): Array("restante push url \(user)".utf8)
            case .keys(let user): Array("restante push keys \(user)".utf8)
            case .code(let user): Array("restante push code \(user)".utf8)
            case .applicationServer: Array("restante application server".utf8)
            }
        }
    }

    func seal(_ octets: [UInt8], for purpose: PushPurpose) throws(MailStoreError) -> [UInt8] {
        do {
            if let combined = try AES.GCM.seal(octets, using: key, authenticating: purpose.context).combined {
                return Array(combined)
            }
        } catch {
            throw MailStoreError(.badKey, "What a push subscription holds could not be sealed.", cause: error)
        }
        throw MailStoreError(.badKey, "What a push subscription holds could not be sealed.")
    }

    func open(_ sealed: [UInt8], for purpose: PushPurpose) throws(MailStoreError) -> [UInt8] {
        do {
            return Array(
                try AES.GCM.open(AES.GCM.SealedBox(combined: sealed), using: key, authenticating: purpose.context))
        } catch {
            throw MailStoreError(.badKey, "A push subscription was sealed with another key.", cause: error)
        }
    }
}
