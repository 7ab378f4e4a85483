import Testing

@testable import MailStore

@Suite struct OpenBlobTests {
    @Test func octetsComeInAnyPieces() throws {
        let blob = OpenBlob(octets: Array(0..<100))
        #expect(blob.size == 100)
        #expect(try blob.octets(from: 0, count: 100) == Array(0..<100))
        #expect(try blob.octets(from: 90, count: 100) == Array(90..<100))
        #expect(try blob.octets(from: 100, count: 1) == [])
        #expect(try blob.octets(from: .max, count: .max) == [])
        #expect(try blob.octets(from: -5, count: 2) == [0, 1])
        #expect(try blob.octets(from: 5, count: -2) == [])
    }
}
