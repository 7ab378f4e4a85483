import Foundation
import OutboundHTTP
import Transport

extension Settings {
    /// Makes every connection of ours to servers of others, and believes the authorities that are set.
    var connector: Connector {
        Connector(trust: outgoing.authorities.isEmpty ? .system : .file(outgoing.authorities))
    }

    /// Every request of ours to web servers of others.
    var fetcher: OutboundHTTP { OutboundHTTP(connector: connector) }

    /// Refuses a file of authorities that can't be read: no server would be believed.
    func checkAuthorities() throws(SettingsError) {
        guard outgoing.authorities.isEmpty || FileManager.default.isReadableFile(atPath: outgoing.authorities) else {
            throw SettingsError("outgoing.authorities names a file that cannot be read: \(outgoing.authorities).")
        }
    }
}
