import MailModel
import Testing

@testable import MailStore

struct MaildropRulesTests {
    private func settings(_ change: (inout MaildropSettings) -> Void = { _ in }) -> MaildropSettings {
        var settings = MaildropSettings(
            name: " Work", host: "POP.Example.com", username: "ada@example.com", mailbox: MailboxID(rawValue: 1))
        change(&settings)
        return settings
    }

    private func broken(_ change: (inout MaildropSettings) -> Void) -> MailStoreError.Code? {
        do throws(MailStoreError) {
            _ = try MaildropRules.checked(settings(change))
            return nil
        } catch {
            return error.code
        }
    }

    @Test func goodSettingsAreTidied() throws {
        let checked = try MaildropRules.checked(settings())
        #expect(checked.name == "Work" && checked.host == "pop.example.com" && checked.port == 995)
        #expect(MaildropSecurity.starttls.defaultPort == 110)
    }

    @Test(arguments: ["", "pop.example.com:995", "pop3://pop.example.com", "pop example", "-x", "büro.example"])
    func aHostIsANameOrAnAddressAlone(host: String) {
        #expect(broken { $0.host = host } == .invalidProperty("host"))
    }

    @Test func everyPropertyIsCheckedAtItsLimitAndOneOver() {
        #expect(broken { $0.name = String(repeating: "n", count: 255) } == nil)
        #expect(broken { $0.name = String(repeating: "n", count: 256) } == .invalidProperty("name"))
        #expect(broken { $0.host = String(repeating: "h", count: 253) } == nil)
        #expect(broken { $0.host = String(repeating: "h", count: 254) } == .invalidProperty("host"))
        #expect(broken { $0.port = 65_535 } == nil)
        #expect(broken { $0.port = 65_536 } == .invalidProperty("port"))
        #expect(broken { $0.port = 0 } == .invalidProperty("port"))
        #expect(broken { $0.username = String(repeating: "u", count: 255) } == nil)
        #expect(broken { $0.username = String(repeating: "u", count: 256) } == .invalidProperty("username"))
        #expect(broken { $0.username = "a\r\nDELE 1" } == .invalidProperty("username"))
        #expect(broken { $0.certificatePin = Array(repeating: 0, count: 31) } == .invalidProperty("certificatePin"))
        #expect(broken { $0.pollInterval = .seconds(10) } == nil)
        #expect(broken { $0.pollInterval = .seconds(9) } == .invalidProperty("pollInterval"))
        #expect(broken { $0.markSeenOlderThan = .seconds(-1) } == .invalidProperty("markSeenOlderThan"))
    }

    @Test func aPasswordHasNoLineEnds() {
        #expect(throws: MailStoreError.self) { try MaildropRules.password(Secret("a\nb")) }
        #expect(throws: MailStoreError.self) { try MaildropRules.password(Secret("")) }
        #expect(throws: Never.self) { try MaildropRules.password(Secret("pässword with spaces")) }
    }
}
