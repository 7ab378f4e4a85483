import MailModel

extension Settings {
    /// Where outgoing connections may go, by the role of the user they are for.
    var addressPolicies: AddressPolicies {
        // What was validated when it was read; settings that were made by hand and are wrong allow nothing more.
        (try? makeAddressPolicies()) ?? AddressPolicies()
    }

    func makeAddressPolicies() throws(SettingsError) -> AddressPolicies {
        var networks: [IPNetwork] = []
        for text in outgoing.allowedNetworks {
            guard let network = IPNetwork(text) else {
                throw SettingsError(
                    "outgoing.allowedNetworks takes addresses and networks, such as 192.168.1.0/24, and \(text) is none."
                )
            }
            networks.append(network)
        }
        var ports: [ClosedRange<Int>] = []
        for text in outgoing.allowedPorts {
            guard let range = Self.ports(text) else {
                throw SettingsError(
                    "outgoing.allowedPorts takes ports and ranges of them, such as 1024-65535, and \(text) is none.")
            }
            ports.append(range)
        }
        return AddressPolicies(member: .restricted(networks: networks, ports: ports))
    }

    private static func ports(_ text: String) -> ClosedRange<Int>? {
        let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
        guard let first = ends.first ?? nil, let last = ends.last ?? nil, ends.count <= 2, first >= 1, first <= last,
            last <= 65_535
        else { return nil }
        return first...last
    }
}
