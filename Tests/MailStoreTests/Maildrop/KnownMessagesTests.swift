import MailModel
import Testing

@testable import MailStore

struct KnownMessagesTests {
    private func known(_ rows: [(String, Int, Int)]) -> KnownMessages {
        var known = KnownMessages(numbering: 1)
        let sorted = rows.sorted { (Array($0.0.utf8), $0.1) < (Array($1.0.utf8), $1.1) }
        for (text, ordinal, state) in sorted {
            Array(text.utf8).withUnsafeBytes { known.append(uniqueID: $0, ordinal: ordinal, state: state) }
        }
        return known
    }

    @Test func everyKnownIDIsFoundAndNoOther() throws {
        let texts = (0..<500).map { "id-\($0 * 3)" }
        let messages = known(texts.map { ($0, 0, 1) })
        for text in texts {
            let id = try #require(UniqueID(text.utf8))
            let index = try #require(messages.index(of: id))
            #expect(messages.uniqueID(at: index) == id.bytes)
        }
        for text in ["", "id-1", "id-", "id-14990", "zz", "a"] {
            guard let id = UniqueID(text.utf8) else { continue }
            #expect(messages.index(of: id) == nil)
        }
    }

    @Test func sharedIDsAreToldApartByTheirOrdinal() throws {
        let messages = known([("a", 0, 1), ("a", 1, 2), ("a", 2, 3), ("ab", 0, 1)])
        let id = try #require(UniqueID("a".utf8))
        #expect(messages.index(of: id, ordinal: 3) == nil)
        for ordinal in 0...2 {
            let index = try #require(messages.index(of: id, ordinal: ordinal))
            #expect(messages.ordinal(at: index) == ordinal)
        }
        #expect(try messages.state(at: #require(messages.index(of: id, ordinal: 1))) == .heldBack)
    }

    @Test func nothingIsFoundAmongNothing() throws {
        #expect(KnownMessages(numbering: 1).index(of: try #require(UniqueID("a".utf8))) == nil)
    }
}

private func < (one: ([UInt8], Int), other: ([UInt8], Int)) -> Bool {
    one.0 == other.0 ? one.1 < other.1 : one.0.lexicographicallyPrecedes(other.0)
}
