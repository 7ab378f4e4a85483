import Testing

@testable import Transport

@Suite struct CertificateHostTests {
    @Test(arguments: [
        ("pop.example.org", "pop.example.org"), ("POP.Example.org", "pop.example.ORG"),
        ("pop.example.org.", "pop.example.org"), ("pop.example.org", "*.example.org"), ("localhost", "localhost"),
    ])
    func matches(_ host: String, _ pattern: String) { #expect(CertificateHost.matches(host, pattern: pattern)) }

    @Test(arguments: [
        ("pop.example.org", "example.org"), ("a.pop.example.org", "*.example.org"), ("example.org", "*.org"),
        ("pop.example.org", "*"), ("pop.example.org", "p*.example.org"), ("pop.example.org", ""), ("", ""),
        (".example.org", "*.example.org"), ("pop.example.org", "*.*.org"),
    ])
    func matchesNot(_ host: String, _ pattern: String) { #expect(!CertificateHost.matches(host, pattern: pattern)) }
}
