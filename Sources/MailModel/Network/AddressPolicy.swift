/// Where outgoing connections made for somebody may go: the one rule for POP3, and for every HTTP request that a
/// maildrop causes.
///
/// Who is no administrator could otherwise have this machine speak to services that only it can reach. The rule is
/// asked about the addresses that a name has, and the connection goes to those very addresses, so that a name that
/// changes its address in between changes nothing.
public struct AddressPolicy: Hashable, Sendable {
    /// Why a connection may not be made.
    public enum Refusal: Hashable, Sendable {
        case address, port

        /// A sentence that says what somebody can do.
        public var sentence: String {
            switch self {
            case .address:
                "Maildrops here may only be at addresses of the public Internet, and this host is at another: ask an"
                    + " administrator, who can allow it with outgoing.allowedNetworks."
            case .port:
                "Maildrops here may only be at POP3's ports, 110 and 995, and send by 465 and 587: ask an administrator,"
                    + " who can allow others with outgoing.allowedPorts."
            }
        }
    }

    /// Whether only the public Internet and `ports` are allowed.
    public let isRestricted: Bool
    /// Networks that are allowed although they are not public.
    public var networks: [IPNetwork]
    public var ports: [ClosedRange<Int>]

    /// For administrators: everything.
    public static let unrestricted = AddressPolicy(isRestricted: false, networks: [], ports: [])

    /// For what a stranger's message has us fetch: the public web, whoever reads it.
    public static let publicWeb = AddressPolicy(isRestricted: true, networks: [], ports: [80...80, 443...443])

    /// For everybody else: POP3's ports (RFC 1939, RFC 8314 §3.3) at public addresses, and what was added to them.
    public static func restricted(
        networks: [IPNetwork] = [], ports: [ClosedRange<Int>] = []
    ) -> AddressPolicy {
        AddressPolicy(isRestricted: true, networks: networks, ports: [110...110, 995...995] + ports)
    }

    private init(isRestricted: Bool, networks: [IPNetwork], ports: [ClosedRange<Int>]) {
        self.isRestricted = isRestricted
        self.networks = networks
        self.ports = ports
    }

    /// The same for requests over HTTPS.
    public var forHTTPS: AddressPolicy {
        var policy = self
        policy.ports.append(443...443)
        return policy
    }

    /// The same for servers that mail is submitted to (RFC 6409 §3.1, RFC 8314 §3.3).
    public var forSubmission: AddressPolicy {
        var policy = self
        policy.ports += [465...465, 587...587]
        return policy
    }

    /// The same for push services, which are reached over HTTPS and have nothing to do with POP3.
    public var forPush: AddressPolicy {
        var policy = self
        policy.ports = policy.ports.filter { $0 != 110...110 && $0 != 995...995 } + [443...443]
        return policy
    }

    /// Nil when a connection to this address and port may be made.
    public func refusal(of address: IPAddress, port: Int) -> Refusal? {
        if let refusal = refusal(ofPort: port) { return refusal }
        guard isRestricted, !address.isGlobal else { return nil }
        let forms = [address] + (address.embeddedIPv4.map { [$0] } ?? [])
        return forms.contains { form in networks.contains { $0.contains(form) } } ? nil : .address
    }

    public func refusal(ofPort port: Int) -> Refusal? {
        !isRestricted || ports.contains { $0.contains(port) } ? nil : .port
    }

    /// What can be said before any name is resolved: nil for a name.
    public func refusal(ofHost host: String, port: Int) -> Refusal? {
        guard let address = IPAddress(host) else { return refusal(ofPort: port) }
        return refusal(of: address, port: port)
    }
}

/// Which policy is whose.
public struct AddressPolicies: Hashable, Sendable {
    public var administrator: AddressPolicy
    public var member: AddressPolicy

    public init(administrator: AddressPolicy = .unrestricted, member: AddressPolicy = .restricted()) {
        self.administrator = administrator
        self.member = member
    }

    public subscript(role: UserRole) -> AddressPolicy {
        switch role {
        case .administrator: administrator
        case .member: member
        }
    }
}
