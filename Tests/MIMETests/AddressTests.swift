import MIME
import MailModel
import Testing

private func addresses(_ value: String, limit: Int = 5_000) -> [Address] {
    header(value) { $0.addresses(in: $1, limit: limit) } ?? []
}

private func groups(_ value: String) -> [AddressGroup] { header(value) { $0.groupedAddresses(in: $1) } ?? [] }

private func one(_ value: String) -> Address? {
    let found = addresses(value)
    return found.count == 1 ? found[0] : nil
}

@Suite struct AddressTests {
    static let example = """
         "  James Smythe" <james@example.com>, Friends:\r
          jane@example.com, =?UTF-8?Q?John_Sm=C3=AEth?=\r
          <john@example.com>;
        """

    @Test func readsTheExampleOfTheRFC() {
        #expect(
            addresses(Self.example) == [
                Address(name: "James Smythe", email: "james@example.com"),
                Address(name: nil, email: "jane@example.com"),
                Address(name: "John Smîth", email: "john@example.com"),
            ])
    }

    @Test func keepsTheGroupsOfTheExample() {
        #expect(
            groups(Self.example) == [
                AddressGroup(name: nil, addresses: [Address(name: "James Smythe", email: "james@example.com")]),
                AddressGroup(
                    name: "Friends",
                    addresses: [
                        Address(name: nil, email: "jane@example.com"),
                        Address(name: "John Smîth", email: "john@example.com"),
                    ]),
            ])
    }

    @Test func collectsLooseAddressesBetweenGroups() {
        let found = groups(" a@x, b@x, G: c@x;, d@x, Empty:;")
        #expect(found.map(\.name) == [nil, "G", nil, "Empty"])
        #expect(found.map { $0.addresses.map(\.email) } == [["a@x"], ["b@x"], ["c@x"], ["d@x"], []].joinedFirstTwo)
    }

    @Test func takesANameFromQuotesWordsOrTheCommentBehind() {
        #expect(one(#" "Smith, \"Jo\" \\ J." <j@x>"#) == Address(name: #"Smith, "Jo" \ J."#, email: "j@x"))
        #expect(one(" John Q. Public <j@x>") == Address(name: "John Q. Public", email: "j@x"))
        #expect(one(" j@x (John Smith)") == Address(name: "John Smith", email: "j@x"))
        #expect(one(" <j@x> (=?utf-8?q?J=C3=B6?= (the one))") == Address(name: "Jö (the one)", email: "j@x"))
        #expect(one(" (before) John <j@x>") == Address(name: "John", email: "j@x"))
        #expect(one(" \"\" <j@x>") == Address(name: nil, email: "j@x"))
        #expect(one(" \" a\r\n b \" <j@x>") == Address(name: "a b", email: "j@x"))
    }

    @Test func decodesEncodedWordsOfANameButNotInQuotes() {
        #expect(one(" =?utf-8?q?Smith=2C?= =?utf-8?q?_J?= <j@x>") == Address(name: "Smith, J", email: "j@x"))
        #expect(one(" =?utf-8?q?Smith,_J?=<j@x>") == Address(name: "Smith, J", email: "j@x"))
        #expect(one(" Dr. =?utf-8?q?J=C3=B6?= <j@x>") == Address(name: "Dr. Jö", email: "j@x"))
        #expect(one(" \"=?utf-8?q?a?=\" <j@x>") == Address(name: "=?utf-8?q?a?=", email: "j@x"))
    }

    @Test func readsObsoleteAndOddAddresses() {
        #expect(one(" <@a.example,@b.example:j@x>")?.email == "j@x")
        #expect(one(" j . smith @ example . com")?.email == "j.smith@example.com")
        #expect(one(" \"john doe\"@x")?.email == "\"john doe\"@x")
        #expect(one(" <\"a,b>\"@x>")?.email == "\"a,b>\"@x")
        #expect(one(" j@[127.0.0.1]")?.email == "j@[127.0.0.1]")
        #expect(one(" j@[IPv6:2001:db8::1]")?.email == "j@[IPv6:2001:db8::1]")
        #expect(one(" < j@x > ")?.email == "j@x")
        #expect(one(" jörg@exämple.org")?.email == "jörg@exämple.org")
        #expect(addresses(" a@x; b@x , , c@x,").map(\.email) == ["a@x", "b@x", "c@x"])
    }

    @Test func doesItsBestWithWhatIsNoAddress() {
        #expect(one(" undisclosed recipients") == Address(name: nil, email: "undisclosed recipients"))
        #expect(one(" john") == Address(name: nil, email: "john"))
        #expect(one(" John j@x") == Address(name: "John", email: "j@x"))
        #expect(one(" John <j@x") == Address(name: "John", email: "j@x"))
        #expect(one(" j@x>") == Address(name: nil, email: "j@x"))
        #expect(one(" <<j@x>>") == Address(name: nil, email: "j@x"))
        #expect(one(" Me <>") == Address(name: "Me", email: ""))
        #expect(one(" \"Not closed <j@x>") == Address(name: "Not closed", email: "j@x"))
        #expect(one(" <\"j@x>") == Address(name: nil, email: "j@x"))
        #expect(addresses(" A <a@x, B <b@x>") == [Address(name: "A", email: "a@x"), Address(name: "B", email: "b@x")])
        #expect(addresses(" ").isEmpty)
        #expect(addresses(" ,;:,").isEmpty)
        #expect(groups(" A: b@x, C: d@x").map(\.name) == ["A", "C"])
    }

    @Test func stopsAtTheLimit() {
        let list = (1...10).map { "a\($0)@x" }.joined(separator: ",")
        #expect(addresses(list, limit: 10).count == 10)
        #expect(addresses(list + ",b@x", limit: 10).count == 10)
    }
}

extension [[String]] {
    /// The first two lists as one: both stand outside any group.
    fileprivate var joinedFirstTwo: [[String]] { [self[0] + self[1]] + dropFirst(2) }
}
