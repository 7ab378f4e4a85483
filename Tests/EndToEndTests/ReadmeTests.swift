import Foundation
import TestSupport
import Testing

/// The commands of README.md, as they stand there; only what is the reader's own is put in: the provider, the passwords.
@Suite struct ReadmeTests {
    @Test func theFirstRealAccountWorksAsWritten() async throws {
        let blocks = try Self.commands()
        try #require(blocks.count == 2, "README.md has other blocks of commands than this test knows")
        let dovecot = try DovecotServer(users: ["ada"])
        try dovecot.deliver([Array("From: b@example.org\r\nSubject: Hello\r\n\r\nHello Ada\r\n".utf8)], to: "ada")
        let folder = try TemporaryFolder("readme")
        let password = try folder.write("a password of some length\n", to: "password")
        let popPassword = try folder.write(dovecot.mailbox("ada").password + "\n", to: "pop-password")
        let pin = try dovecot.certificates.sha256(of: dovecot.certificate)
        let answers = [
            ("user add ada", "user add ada --password-file \(password)"),
            (
                "--host pop.example.org --username ada@example.org",
                "--host 127.0.0.1 --port \(dovecot.securePort) --pin \(pin) --username ada --password-file \(popPassword)"
            ),
        ]
        let setUp = answers.reduce(blocks[0]) { text, answer in
            #expect(text.contains(answer.0))
            return text.replacingOccurrences(of: answer.0, with: answer.1)
        }
        #expect(setUp.hasSuffix("\nrestante serve"))
        let script = """
            set -eu
            cd '\(Repository.root)'
            export RESTANTE_DATA_DIRECTORY='\(folder.path("data"))' RESTANTE_CONFIG='\(try folder.write("", to: "empty.yaml"))'
            export RESTANTE_HTTP_LISTEN=127.0.0.1:0 RESTANTE_POP3_LISTEN=127.0.0.1:0
            \(setUp) &
            trap 'kill $!; wait $!' EXIT
            restante maildrop poll home
            \(blocks[1])
            """
        let output = try await ExternalTool("bash", package: "bash").runAside(["-c", script])
        #expect(output.filter { !$0.isWhitespace }.contains("\"ids\":[\"e1\"]"), "\(output)")
        #expect(try dovecot.messageCount(of: "ada") == 1)
    }

    /// The blocks of shell commands, without those that run the whole build.
    private static func commands() throws -> [String] {
        let text = try String(contentsOfFile: Repository.root + "/README.md", encoding: .utf8)
        return text.components(separatedBy: "```sh\n").dropFirst().map { $0.components(separatedBy: "\n```")[0] }
    }
}
