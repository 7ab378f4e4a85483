import MailModel
import Testing

@testable import POP3

/// The mechanisms with the examples of their standards.
@Suite struct SASLTests {
    private func text(_ secret: Secret) -> String { secret.withBytes { String(decoding: $0, as: UTF8.self) } }

    @Test func scramSHA1SaysWhatRFC5802Section5Says() throws {
        var scram = try #require(
            ScramExchange(
                .sha1, userName: "user", password: Secret("pencil"), nonce: "fyko+d2lbbFgONRv9qkxdawL",
                binding: .unsupported))
        #expect(scram.initialResponse.map(text) == "n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL")
        let proof = try scram.respond(
            to: Array("r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096".utf8))
        #expect(
            text(proof)
                == "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=")
        #expect(!scram.isComplete)
        #expect(text(try scram.respond(to: Array("v=rmF9pqV8S7suAoZWja4dJRkFsKQ=".utf8))).isEmpty)
        #expect(scram.isComplete)
    }

    @Test func scramSHA256SaysWhatRFC7677Section3Says() throws {
        var scram = try #require(
            ScramExchange(
                .sha256, userName: "user", password: Secret("pencil"), nonce: "rOprNGfwEbeRWgbNEkqO",
                binding: .unsupported))
        let proof = try scram.respond(
            to: Array(
                "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096".utf8))
        #expect(
            text(proof)
                == "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
                + "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=")
        _ = try scram.respond(to: Array("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=".utf8))
        #expect(scram.isComplete)
    }

    @Test func aServerThatDoesNotKnowThePasswordIsFoundOut() throws {
        var scram = try #require(
            ScramExchange(
                .sha256, userName: "user", password: Secret("pencil"), nonce: "rOprNGfwEbeRWgbNEkqO",
                binding: .unsupported))
        _ = try scram.respond(
            to: Array("r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096".utf8))
        #expect(throws: POP3Error.serverUnproven) {
            try scram.respond(to: Array("v=7rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=".utf8))
        }
        #expect(!scram.isComplete)
    }

    @Test func cramMD5SaysWhatRFC2195Section2Says() throws {
        var cram = CramMD5Exchange(userName: "tim", password: Secret("tanstaaftanstaaf"))
        let answer = try cram.respond(to: Array("<1896.697170952@postoffice.reston.mci.net>".utf8))
        #expect(text(answer) == "tim b913a602c7eda7a495b4e6e7334d3890")
    }

    /// The examples of RFC 4013 §3.
    @Test(arguments: [
        ("I\u{AD}X", "IX"), ("user", "user"), ("USER", "USER"), ("\u{AA}", "a"), ("\u{2168}", "IX"),
        ("a\u{A0}b", "a b"), ("A\u{30A}", "\u{C5}"),
    ])
    func namesArePreparedAsRFC4013Says(text: String, prepared: String) {
        #expect(SASLPrep.prepare(text).map { Array($0.utf8) } == Array(prepared.utf8))
    }

    @Test(arguments: ["\u{7}", "a\u{200E}", "\u{E000}", "\u{FFFD}"])
    func whatMayNotBeInANameIsRefused(text: String) { #expect(SASLPrep.prepare(text) == nil) }

    @Test func methodsAreReadAsTheyAreWritten() {
        let methods = SASLMechanism.allCases.map { SignInMethod.sasl($0) } + [.apop, .userPass]
        for method in methods { #expect(SignInMethod(method.description) == method) }
        #expect(SignInMethod("GSSAPI") == nil)
    }

    @Test func theMostRoundsAreTakenAndNotOneMore() throws {
        let limit = 4096
        for (rounds, isTaken) in [(limit, true), (limit + 1, false)] {
            var scram = try #require(
                ScramExchange(
                    .sha1, userName: "u", password: Secret("p"), nonce: "n", binding: .unsupported,
                    maximumRounds: limit))
            let answer = try? scram.respond(to: Array("r=nm,s=c2FsdA==,i=\(rounds)".utf8))
            #expect((answer != nil) == isTaken)
        }
    }
}
