import Foundation
import MailModel
import MailSync
import TestSupport
import Testing

@testable import Daemon

@Suite struct SettingsTests {
    private func settings(
        yaml: String? = nil, environment: [String: String] = [:], overrides: [String: String] = [:], isRoot: Bool = true
    ) throws -> Settings {
        let reader = SettingsReader(environment: environment, isRoot: isRoot)
        guard let yaml else { return try reader.read(overrides: overrides) }
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("restante-\(UUID().uuidString).yaml")
        try Data(yaml.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        return try reader.read(file: file.path, overrides: overrides)
    }

    private func error(_ body: () throws -> Settings) -> String {
        do {
            return "no error, but \(try body())"
        } catch {
            return "\(error)"
        }
    }

    @Test func flagsComeBeforeTheEnvironmentBeforeTheFileBeforeTheDefault() throws {
        let yaml = "http:\n  listen: 127.0.0.1:1\npop3:\n  listen: 127.0.0.1:2\npolling:\n  concurrency: 3\n"
        let read = try settings(
            yaml: yaml,
            environment: ["RESTANTE_POP3_LISTEN": "127.0.0.1:20", "RESTANTE_POLLING_CONCURRENCY": "30"],
            overrides: ["polling.concurrency": "300"])
        #expect(read.http.listen.port == 1)
        #expect(read.pop3.listen.port == 20)
        #expect(read.polling.concurrency == 300)
        #expect(read.pop3s.listen.port == 1995)
    }

    @Test func theFileIsNamedByTheEnvironmentUnlessAFlagNamesIt() {
        #expect(
            error { try settings(environment: ["RESTANTE_CONFIG": "/nowhere/x.yaml"]) }
                == "The configuration /nowhere/x.yaml can't be read: check the path and its permissions.")
    }

    @Test func theDataDirectoryFollowsTheUser() throws {
        #expect(try settings().dataDirectory == "/var/lib/restante")
        #expect(
            try settings(environment: ["XDG_DATA_HOME": "/x"], isRoot: false).dataDirectory == "/x/restante")
        #expect(
            try settings(environment: ["HOME": "/home/ada"], isRoot: false).dataDirectory
                == "/home/ada/.local/share/restante")
        #expect(try settings().keyPath == "/var/lib/restante.key")
    }

    @Test(arguments: ["/var/mail/", "/var/mail//", "/var/mail"])
    func aSolidusAtTheEndOfTheDataDirectoryIsNothing(path: String) throws {
        let read = try settings(overrides: ["dataDirectory": path])
        #expect(read.dataDirectory == "/var/mail")
        #expect(read.keyPath == "/var/mail.key")
    }

    @Test(arguments: ["/var/mail/key", "/var/mail/a/b", "/var/x/../mail/key", "/var/mail/./key", "/var/mail"])
    func aKeyAmongTheDataIsRefused(key: String) throws {
        #expect(
            error { try settings(overrides: ["dataDirectory": "/var/mail", "keyFile": key]) }
                .contains("inside dataDirectory"))
    }

    @Test(arguments: ["/var/mail.key", "/var/mailkey/key", "/var/mail/../key"])
    func aKeyBesideTheDataIsTaken(key: String) throws {
        #expect(try settings(overrides: ["dataDirectory": "/var/mail/", "keyFile": key]).keyFile == key)
    }

    @Test func anUnknownNameInTheEnvironmentIsRefusedWithTheNearest() throws {
        #expect(
            error { try settings(environment: ["RESTANTE_HTTP_LISTNE": "127.0.0.1:1"]) }
                == "The environment has RESTANTE_HTTP_LISTNE, and there is no such setting. "
                + "Did you mean RESTANTE_HTTP_LISTEN?")
        #expect(error { try settings(environment: ["RESTANTE_KEY_FILE_FILE": "/x"]) }.contains("RESTANTE_KEY_FILE?"))
        let others = [
            "RESTANTE_SEED": "1", "RESTANTE_SERVICE_HOST": "10.0.0.1", "RESTANTE_PORT_8080_TCP": "x", "PATH": "/bin",
        ]
        #expect(try settings(environment: others) == settings())
    }

    @Test func aSecretMayLieInAFile() throws {
        let folder = try TemporaryFolder("settings")
        let file = try folder.write("s3cret\n", to: "secret")
        let name = "RESTANTE_OAUTH_GOOGLE_CLIENT_SECRET"
        #expect(try settings(environment: [name + "_FILE": file]).oauth.google.clientSecret == "s3cret")
        #expect(error { try settings(environment: [name + "_FILE": file, name: "x"]) }.contains("both set"))
        #expect(error { try settings(environment: [name + "_FILE": file + "x"]) }.contains("can't be read"))
        #expect(Setting.all.filter(\.isSecret).map(\.environmentName) == [name])
    }

    @Test func anUnknownKeyNamesTheNearestKnownOneAndItsLine() {
        let message = error { try settings(yaml: "http:\n  listne: 127.0.0.1:1\n") }
        #expect(message.contains("line 2: there is no setting http.listne. Did you mean http.listen?"))
        #expect(error { try settings(yaml: "dataDir: /x\n") }.contains("Did you mean dataDirectory?"))
        #expect(error { try settings(yaml: "zzzzzzzzzz: 1\n") }.contains("The commented sample names them all."))
    }

    @Test func aWrongValueSaysWhatTheSettingTakes() {
        #expect(
            error { try settings(yaml: "limits:\n  jmap:\n    callsInRequest: 0\n") }
                .contains("line 3: limits.jmap.callsInRequest can't be 0. It takes a whole number of at least 1."))
        #expect(
            error { try settings(environment: ["RESTANTE_LIMITS_POP3_CLIENT_ANSWER": "60"]) }
                == "RESTANTE_LIMITS_POP3_CLIENT_ANSWER: limits.pop3Client.answer can't be 60."
                + " It takes a time with its unit, such as 250ms, 30s, 10m, 2h or 14d.")
    }

    @Test func whatIsNotYAMLIsSaidSo() {
        let sentence = error { try settings(yaml: "http: [\n") }
        #expect(sentence.contains("is not YAML: line 2, column 1: "))
        #expect(!sentence.contains("\n"))
        #expect(error { try settings(yaml: "http:\n  listen: {a: [{}]}\n") }.contains("http.listen.a"))
    }

    @Test(arguments: [("http", "https.listen"), ("pop3", "pop3s.listen")])
    func aListenerBeyondLoopbackInTheClearIsRefusedUnlessAskedFor(_ name: String, _ secure: String) throws {
        let yaml = "\(name):\n  listen: 0.0.0.0:80\n"
        #expect(error { try settings(yaml: yaml) }.contains("use \(secure)"))
        #expect(try settings(yaml: yaml + "  insecure: true\n").dataDirectory == "/var/lib/restante")
    }

    @Test func aCertificateNeedsItsKeyAndHTTPSNeedsBoth() throws {
        #expect(error { try settings(yaml: "tls:\n  certificate: /c.pem\n") }.contains("go together"))
        #expect(error { try settings(yaml: "https:\n  listen: 0.0.0.0:443\n") }.contains("needs a certificate"))
        let both = "tls:\n  certificate: /c.pem\n  privateKey: /k.pem\nhttps:\n  listen: \"[::]:443\"\n"
        #expect(try settings(yaml: both).https.listen == ListenAddress(host: "::", port: 443))
    }

    @Test func listsAreWrittenInTheFileAndInTheEnvironment() throws {
        #expect(
            try settings(yaml: "trustedProxies: [10.0.0.1, 10.0.0.2]\n").trustedProxies == ["10.0.0.1", "10.0.0.2"])
        #expect(try settings(environment: ["RESTANTE_TRUSTED_PROXIES": "::1, ::2"]).trustedProxies == ["::1", "::2"])
    }

    @Test func hostsOfMailHaveRulesOfTheirOwn() throws {
        let read = try settings(
            yaml: "polling:\n  hosts: [pop.example.net 5m, \"*.Example.org 60/1h\", mail.example.com 90s 10/1m]\n")
        let rules = try read.makeHostRules().rules
        #expect(
            rules == [
                HostRule(pattern: "pop.example.net", pause: .seconds(300)),
                HostRule(pattern: "*.example.org", signIns: 60, window: .seconds(3600)),
                HostRule(pattern: "mail.example.com", pause: .seconds(90), signIns: 10, window: .seconds(60)),
            ])
    }

    @Test(arguments: ["pop.example.net", "pop.example.net 5", "pop.example.net 0/1h", "pop.example.net 60/1h/2"])
    func aRuleThatCanNotBeReadIsRefused(text: String) {
        #expect(
            error { try settings(yaml: "polling:\n  hosts: [\(text)]\n") }.contains("polling.hosts takes a host"))
    }

    @Test func authoritiesThatCannotBeReadAreRefused() throws {
        #expect(
            error { try settings(yaml: "outgoing:\n  authorities: /nowhere/ca.pem\n") }
                .contains("outgoing.authorities names a file that cannot be read: /nowhere/ca.pem."))
        #expect(try settings(yaml: "outgoing:\n  authorities: \(#filePath)\n").outgoing.authorities == #filePath)
    }

    @Test func theShortestIntervalIsNotTheLonger() {
        #expect(
            error { try settings(yaml: "polling:\n  shortestInterval: 2h\n") }.contains("polling.shortestInterval"))
    }

    @Test func theSampleInTheRepositoryIsTheTablesAndParses() throws {
        let path = Repository.root + "/config/restante.yaml"
        let sample = try String(contentsOfFile: path, encoding: .utf8)
        let defaults = Settings(dataDirectory: "/var/lib/restante")
        if ProcessInfo.processInfo.environment["RESTANTE_WRITE_SAMPLE"] == "1" {
            try Setting.sample(defaults: defaults).write(toFile: path, atomically: true, encoding: .utf8)
        }
        #expect(sample == Setting.sample(defaults: defaults))
        #expect(try settings(yaml: sample) == defaults)
        let active = sample.split(separator: "\n", omittingEmptySubsequences: false)
            .map { $0.replacing(#/^( *)#([A-Za-z0-9]+:)/#) { $0.output.1 + $0.output.2 } }
            .joined(separator: "\n")
        #expect(active != sample)
        #expect(try settings(yaml: active) == defaults)
    }

    @Test func everyLimitIsASetting() {
        var limits = 0
        for group in Mirror(reflecting: Limits()).children {
            limits += Mirror(reflecting: group.value).children.count
        }
        #expect(Setting.limits.count == limits)
        #expect(Set(Setting.all.map(\.key)).count == Setting.all.count)
        #expect(Set(Setting.all.map(\.environmentName)).count == Setting.all.count)
    }

    @Test func environmentNamesFollowTheKeys() {
        let names = Dictionary(uniqueKeysWithValues: Setting.all.map { ($0.key, $0.environmentName) })
        #expect(names["http.listen"] == "RESTANTE_HTTP_LISTEN")
        #expect(names["tls.privateKey"] == "RESTANTE_TLS_PRIVATE_KEY")
        #expect(names["publicURL"] == "RESTANTE_PUBLIC_URL")
        #expect(names["keyFile"] == "RESTANTE_KEY_FILE")
    }
}
