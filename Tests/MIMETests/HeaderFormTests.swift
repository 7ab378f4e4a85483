import MIME
import MailModel
import Testing

/// The table of RFC 8621 §4.1.2, entry by entry.
@Suite struct HeaderFormTests {
    private static let addressFields = ["From", "Sender", "Reply-To", "To", "Cc", "Bcc"]
    private static let parsed: [HeaderForm: [String]] = [
        .text: ["Subject", "Comments", "Keywords", "List-Id"],
        .addresses: addressFields + addressFields.map { "Resent-" + $0 } + ["List-Id"],
        .groupedAddresses: addressFields + addressFields.map { "Resent-" + $0 } + ["List-Id"],
        .messageIDs: ["Message-ID", "In-Reply-To", "References", "Resent-Message-ID", "List-Id"],
        .date: ["Date", "Resent-Date", "List-Id"],
        .urls: [
            "List-Help", "List-Unsubscribe", "List-Subscribe", "List-Post", "List-Owner", "List-Archive", "List-Id",
        ],
    ]
    private static let defined = Set(parsed.values.joined()).union(["Return-Path", "Received"])

    @Test(arguments: HeaderForm.allCases) func fieldsOfTheRFCsAllowOnlyTheirForms(_ form: HeaderForm) {
        for name in Self.defined {
            let isAllowed = form == .raw || Self.parsed[form]?.contains(name) == true
            #expect(form.isAllowed(for: name) == isAllowed, "\(name) as \(form.rawValue)")
            #expect(form.isAllowed(for: name.uppercased()) == isAllowed)
        }
    }

    @Test(arguments: HeaderForm.allCases) func otherFieldsAllowEveryForm(_ form: HeaderForm) {
        for name in ["X-Mailer", "List-Unsubscribe-Post", "Content-Type", "DKIM-Signature", "Delivered-To"] {
            #expect(form.isAllowed(for: name))
        }
    }

    @Test func formsAreNamedAsInPropertyNames() {
        let names = ["Raw", "Text", "Addresses", "GroupedAddresses", "MessageIds", "Date", "URLs"]
        #expect(HeaderForm.allCases.map(\.rawValue) == names)
    }

    @Test func aValueComesInTheFormAskedFor() {
        #expect(header(" a") { $0.value(as: .raw, in: $1) } == .text(" a"))
        #expect(header(" a") { $0.value(as: .text, in: $1) } == .text("a"))
        #expect(header(" <a@x>") { $0.value(as: .messageIDs, in: $1) } == .strings(["a@x"]))
        #expect(header(" <a:x>") { $0.value(as: .urls, in: $1) } == .strings(["a:x"]))
        #expect(header(" never") { $0.value(as: .date, in: $1) } == .date(nil))
        #expect(header(" a@x") { $0.value(as: .addresses, in: $1) } == .addresses([.init(name: nil, email: "a@x")]))
        #expect(
            header(" a@x") { $0.value(as: .groupedAddresses, in: $1) }
                == .groupedAddresses([.init(name: nil, addresses: [.init(name: nil, email: "a@x")])]))
    }
}

@Suite struct HeaderFieldsTests {
    private func fields(_ text: String) -> [String] {
        let octets = Array(text.utf8)
        return octets.withUnsafeBytes { bytes in
            HeaderFields(bytes, in: 0..<bytes.count).fields.map { $0.name(in: bytes) + "|" + $0.raw(in: bytes) }
        }
    }

    @Test func fieldsKeepTheirOrderCapitalsAndFolding() {
        #expect(
            fields("SubJect: a\r\n b\r\nTo:c\r\nX-Empty:\r\n\r\nbody: no") == ["SubJect| a\r\n b", "To|c", "X-Empty|"])
    }

    @Test func oddLineEndsAndMissingOnesAreRead() {
        #expect(fields("A: 1\nB: 2\n\nbody: no") == ["A| 1", "B| 2"])
        #expect(fields("A: 1\r\nB: 2") == ["A| 1", "B| 2"])
        #expect(fields("A: 1\r\r\n\r\r\nC: 3") == ["A| 1\r"])
        #expect(fields("A : 1\r\n") == ["A| 1"])
        #expect(fields("A: 1\rB: 2\r\rbody") == ["A| 1\rB: 2\r\rbody"])
    }

    @Test func aLineThatIsNoFieldEndsTheHeader() {
        #expect(fields("A: 1\r\nno field here\r\nB: 2\r\n") == ["A| 1"])
        #expect(fields(" A: 1\r\n") == [])
        #expect(fields(": 1\r\n") == [])
        #expect(fields("Ä: 1\r\n") == [])
        #expect(fields("") == [])
    }

    @Test func theLastFieldStandsForAllAndTheFirstIsTheTopmost() throws {
        let octets = Array("a: 1\r\nB: 2\r\nA: 3\r\n\r\n".utf8)
        octets.withUnsafeBytes { bytes in
            let fields = HeaderFields(bytes, in: 0..<bytes.count)
            #expect(fields.last(named: "A", in: bytes)?.raw(in: bytes) == " 3")
            #expect(fields.first(named: "A", in: bytes)?.raw(in: bytes) == " 1")
            #expect(fields.all(named: "a", in: bytes).count == 2)
            #expect(fields.last(named: "C", in: bytes) == nil)
        }
    }
}
