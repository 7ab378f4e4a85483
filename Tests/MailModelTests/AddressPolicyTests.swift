import MailModel
import Testing

@Suite struct AddressPolicyTests {
    @Test(arguments: [
        ("192.0.2.1", "192.0.2.1"), ("0.0.0.0", "0.0.0.0"), ("255.255.255.255", "255.255.255.255"),
        ("::", "::"), ("::1", "::1"), ("2001:DB8::0:1", "2001:db8::1"), ("fe80::1:0:0:1", "fe80::1:0:0:1"),
        ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"), ("::ffff:192.0.2.1", "::ffff:c000:201"),
        ("64:ff9b::10.0.0.1", "64:ff9b::a00:1"), ("1::", "1::"), ("2001:db8:0:1:0:0:0:1", "2001:db8:0:1::1"),
    ])
    func readsAndWritesAddresses(_ text: String, _ canonical: String) throws {
        let address = try #require(IPAddress(text))
        #expect(address.description == canonical)
        #expect(IPAddress(canonical) == address)
    }

    @Test(arguments: [
        "", "1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4", "0x7f.0.0.1", "127.1", "2130706433", "1.2.3.-4", " 1.2.3.4",
        ":", ":::", "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "12345::", "::g", "1:2:3:4:5:6:7::8", "fe80::1%lo",
        "[::1]", "::1.2.3", "1.2.3.4::", "pop.example.org", "::+1",
    ])
    func refusesWhatIsNoAddress(_ text: String) { #expect(IPAddress(text) == nil) }

    @Test(arguments: [
        "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.0.1",
        "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.8", "192.0.2.1", "192.88.99.1", "192.168.0.1",
        "198.18.0.1", "198.19.255.255", "198.51.100.7", "203.0.113.7", "224.0.0.1", "239.1.2.3", "240.0.0.1",
        "255.255.255.255",
        "::", "::1", "::7f00:1", "fe80::1", "fec0::1", "fc00::1", "fdff::1", "ff02::1", "2001:db8::1", "3fff::1",
        "2001::1", "2001:2::1", "100::1", "5f00::1", "64:ff9b:1::1",
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::127.0.0.1", "64:ff9b::192.168.1.1", "2002:7f00:1::1",
        "2002:c0a8:101::1", "2606:4700::5efe:10.0.0.1", "2606:4700::200:5efe:192.168.0.1",
    ])
    func callsNoAddressGlobalThatIsNot(_ text: String) throws {
        let address = try #require(IPAddress(text))
        #expect(!address.isGlobal)
        #expect(AddressPolicy.restricted().refusal(of: address, port: 995) == .address)
        #expect(AddressPolicy.unrestricted.refusal(of: address, port: 7) == nil)
    }

    @Test(arguments: [
        "1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "172.15.255.255", "172.32.0.0",
        "192.0.1.1", "192.167.255.255", "198.17.255.255", "198.20.0.0", "223.255.255.255",
        "2606:4700::1", "2a00:1450:4001::1", "2001:4860:4860::8888", "2001:200::1", "::ffff:8.8.8.8",
        "64:ff9b::8.8.8.8", "2002:808:808::1",
    ])
    func letsPublicAddressesPass(_ text: String) throws {
        let address = try #require(IPAddress(text))
        #expect(address.isGlobal)
        #expect(AddressPolicy.restricted().refusal(of: address, port: 110) == nil)
    }

    @Test func allowsOnlyPOP3sPortsUnlessMoreAreConfigured() throws {
        let address = try #require(IPAddress("1.1.1.1"))
        let policy = AddressPolicy.restricted()
        for port in [110, 995] { #expect(policy.refusal(of: address, port: port) == nil) }
        for port in [1, 22, 25, 109, 111, 443, 994, 996, 1110, 65_535] {
            #expect(policy.refusal(of: address, port: port) == .port)
        }
        let wider = AddressPolicy.restricted(ports: [1110...1112])
        for port in [110, 1110, 1112] { #expect(wider.refusal(of: address, port: port) == nil) }
        for port in [1109, 1113] { #expect(wider.refusal(of: address, port: port) == .port) }
        #expect(policy.forHTTPS.refusal(of: address, port: 443) == nil)
    }

    @Test func allowsConfiguredNetworksAlsoWhenTheyAreEmbedded() throws {
        let policy = AddressPolicy.restricted(networks: try [#require(IPNetwork("192.168.1.0/24"))])
        for text in ["192.168.1.1", "192.168.1.255", "::ffff:192.168.1.1", "64:ff9b::192.168.1.1"] {
            #expect(policy.refusal(of: try #require(IPAddress(text)), port: 995) == nil)
        }
        for text in ["192.168.0.255", "192.168.2.0", "127.0.0.1", "::ffff:192.168.2.1"] {
            #expect(policy.refusal(of: try #require(IPAddress(text)), port: 995) == .address)
        }
    }

    @Test func asksBeforeANameIsResolvedOnlyWhatCanBeKnown() {
        let policy = AddressPolicy.restricted()
        #expect(policy.refusal(ofHost: "pop.example.org", port: 995) == nil)
        #expect(policy.refusal(ofHost: "localhost", port: 995) == nil)
        #expect(policy.refusal(ofHost: "pop.example.org", port: 25) == .port)
        #expect(policy.refusal(ofHost: "127.0.0.1", port: 995) == .address)
        #expect(policy.refusal(ofHost: "::1", port: 995) == .address)
    }

    @Test(arguments: ["10.0.0.0/33", "10.0.0.0/-1", "10.0.0/8", "::/129", "/8", "10.0.0.0/8/8", "x"])
    func refusesWhatIsNoNetwork(_ text: String) { #expect(IPNetwork(text) == nil) }
}
