import JMAP
import Testing

@testable import Daemon

/// Where people are told that their programs find their mail.
@Suite struct DevicePOP3Tests {
    private func settings(
        pop3: String, pop3s: String = "off", tls: Bool = false, publicURL: String = ""
    ) throws -> Settings {
        var settings = Settings(dataDirectory: "data")
        settings.pop3.listen = try #require(ListenAddress(pop3))
        settings.pop3s.listen = try #require(ListenAddress(pop3s))
        if tls { (settings.tls.certificate, settings.tls.privateKey) = ("chain.pem", "key.pem") }
        settings.publicURL = publicURL
        return settings
    }

    @Test func withoutAListenerThereIsNone() throws {
        #expect(try settings(pop3: "off").devicePOP3(ports: []) == nil)
        #expect(try settings(pop3: "off", pop3s: "0.0.0.0:995").devicePOP3(ports: []) == nil)
    }

    @Test func tlsFromTheStartIsTold() throws {
        let settings = try settings(
            pop3: "0.0.0.0:110", pop3s: "[::]:995", tls: true, publicURL: "https://mail.example.org:8443/m")
        #expect(
            settings.devicePOP3(ports: [110, 995]) == DevicePOP3(host: "mail.example.org", port: 995, security: .tls))
    }

    @Test func withoutItSTLSAndThenNothing() throws {
        let url = "https://mail.example.org"
        #expect(
            try settings(pop3: "0.0.0.0:0", tls: true, publicURL: url).devicePOP3(ports: [11_000])
                == DevicePOP3(host: "mail.example.org", port: 11_000, security: .startTLS))
        #expect(
            try settings(pop3: "0.0.0.0:110", publicURL: url).devicePOP3(ports: [110])
                == DevicePOP3(host: "mail.example.org", port: 110, security: .plain))
    }

    @Test func whatOthersCanReachIsToldFirst() throws {
        let settings = try settings(pop3: "192.0.2.1:110", pop3s: "127.0.0.1:995", tls: true)
        #expect(
            settings.devicePOP3(ports: [110, 995]) == DevicePOP3(host: "192.0.2.1", port: 110, security: .startTLS))
    }

    @Test func whatOnlyThisMachineCanReachIsToldAsSuch() throws {
        let settings = try settings(pop3: "127.0.0.1:1110", publicURL: "https://mail.example.org")
        #expect(
            settings.devicePOP3(ports: [1110]) == DevicePOP3(host: "127.0.0.1", port: 1110, security: .plain))
    }

    @Test func withoutANameItIsTheOneOfTheWebClient() throws {
        #expect(
            try settings(pop3: "0.0.0.0:110").devicePOP3(ports: [110])
                == DevicePOP3(host: nil, port: 110, security: .plain))
    }
}
