import GRDB
import WebAuthn

extension MailStore {
    /// Every passkey's key can be read. A copy that an earlier version made has none.
    static func checkPasskeys(_ database: Database, _ report: inout CheckReport) throws {
        guard try database.tableExists("passkey") else { return }
        let passkeys = try database.all("SELECT id, publicKey FROM passkey ORDER BY id") { ($0.int(0), $0.blob(1)) }
        report.count("passkeys", passkeys.count)
        for (id, key) in passkeys where (try? CredentialKey(key)) == nil {
            report.find("restante.db", "The key of passkey \(id) cannot be read: remove that passkey.")
        }
    }
}
