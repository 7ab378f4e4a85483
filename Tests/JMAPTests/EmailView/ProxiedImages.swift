import JMAP
import MailModel

/// Gives remote images an address that tells which they are; of one host none.
struct ProxiedImages: RemoteImageAddresses {
    var prefix = ""

    func address(for url: String, account: AccountID) -> String? {
        url.contains("//none.example") ? nil : "\(prefix)/proxy/\(account)/\(url.utf8.count)"
    }
}
