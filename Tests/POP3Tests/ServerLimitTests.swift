import MailModel
import NIOCore
import Testing

@testable import POP3

/// Every limit of the server machine, at the limit and one over, and how it gathers its answers.
@Suite struct ServerLimitTests {
    private func server(_ settings: String = "") throws -> ServerReplay {
        var replay = ServerReplay(try Transcript(name: "session", text: settings), cuts: .whole)
        replay.drain()
        return replay
    }

    private func lastLine(_ replay: ServerReplay) -> String {
        String(decoding: replay.sent, as: UTF8.self).split(separator: "\r\n").last.map(String.init) ?? ""
    }

    @Test func aLineMayHaveFourKibibytes() throws {
        var fits = try server()
        fits.feed(ByteBuffer(string: "AUTH PLAIN " + String(repeating: "A", count: 4096 - 11) + "\r\n"))
        #expect(lastLine(fits) == "-ERR That is no response of the mechanism PLAIN.")
        #expect(fits.events == [])
        var over = try server()
        over.feed(ByteBuffer(string: "AUTH PLAIN " + String(repeating: "A", count: 4096 - 10) + "\r\n"))
        #expect(lastLine(over) == "-ERR That line is too long.")
        #expect(over.events == ["close"])
    }

    @Test func anEndlessLineEndsTheSession() throws {
        var replay = try server()
        for _ in 0..<5 { replay.feed(ByteBuffer(repeating: 65, count: 1000)) }
        #expect(lastLine(replay) == "-ERR That line is too long.")
        #expect(replay.events == ["close"])
    }

    @Test func aCommandMayHave255Octets() throws {
        var replay = try server()
        replay.feed(ByteBuffer(string: "USER " + String(repeating: "a", count: 255 - 7) + "\r\n"))
        #expect(lastLine(replay) == "+OK The password, please")
        var over = try server()
        over.feed(ByteBuffer(string: "USER " + String(repeating: "a", count: 255 - 6) + "\r\n"))
        #expect(lastLine(over) == "-ERR A command has at most 255 octets.")
        #expect(over.events == [])
    }

    @Test func aHundredBadCommandsAreForgiven() throws {
        var replay = try server()
        for _ in 0..<100 { replay.feed(ByteBuffer(string: "EHLO\r\n")) }
        #expect(replay.events == [])
        replay.feed(ByteBuffer(string: "EHLO\r\n"))
        #expect(replay.events == ["close"])
    }

    @Test func answersOfPipelinedCommandsGatherInOneWrite() throws {
        var replay = try server(String(repeating: "@message A: b\\r\\n\\r\\nbody\\r\\n\n", count: 100))
        replay.feed(ByteBuffer(string: "USER ann\r\nPASS secret\r\n"))
        let before = replay.sends
        replay.feed(ByteBuffer(string: (1...100).map { "RETR \($0)\r\n" }.joined()))
        #expect(replay.sends == before + 1)
        #expect(String(decoding: replay.sent, as: UTF8.self).split(separator: "\r\n").count { $0 == "body" } == 100)
    }

    @Test func aLongListingIsSentInPieces() throws {
        var replay = try server(String(repeating: "@message x\n", count: 20_000))
        replay.feed(ByteBuffer(string: "USER ann\r\nPASS secret\r\n"))
        let before = replay.sends
        replay.feed(ByteBuffer(string: "LIST\r\nUIDL\r\nQUIT\r\n"))
        #expect((5...10).contains(replay.sends - before))
        #expect(String(decoding: replay.sent, as: UTF8.self).split(separator: "\r\n").count { $0 == "." } == 2)
    }

    @Test func plainTextBehindSTLSEndsTheSession() throws {
        var replay = try server("@security starttls")
        replay.feed(ByteBuffer(string: "STLS\r\nUSER ann\r\n"))
        #expect(lastLine(replay) == "-ERR Nothing may be sent between STLS and the handshake.")
        #expect(replay.events == ["close"])
    }

    @Test func answersThatNothingAskedForHaveNoEffect() {
        var machine = POP3ServerMachine(ServerConfiguration(security: .plainText))
        machine.tlsEstablished()
        machine.signedIn(ServerMaildrop())
        machine.signInRefused(.credentials)
        machine.messageBegan()
        machine.message(UnsafeRawBufferPointer(start: nil, count: 0))
        machine.messageEnded()
        machine.messageUnavailable()
        machine.updated()
        machine.updateFailed()
        #expect(!machine.isSignedIn)
        guard case .send(let greeting) = machine.next() else {
            Issue.record("no greeting")
            return
        }
        #expect(greeting == ByteBuffer(string: "+OK POP3 at your service\r\n"))
    }
}
