import Testing

@testable import POP3

@Suite struct ServerWordsTests {
    private func code(_ words: String) -> POP3Error.Code? { POP3Error.Code(words: Array(words.utf8)) }

    @Test(arguments: [
        "[ALERT] Username and password not accepted", "Authentication failed.", "invalid login or password",
        "Logon failure: unknown user name or bad password.", "", "no", "no such message",
    ])
    func wordsThatBlameThePasswordOrNothingTellNothingElse(words: String) { #expect(code(words) == nil) }

    @Test func caseDoesNotMatter() { #expect(code("MAILBOX LOCKED") == .inUse) }

    @Test func longWordsAreReadAsFarAsTheBeginning() {
        #expect(code(String(repeating: "x", count: 500) + " too many") == .throttled)
        #expect(code(String(repeating: "x", count: 600) + " too many") == nil)
    }
}
