import Testing

@testable import OutboundHTTP

@Suite struct ResponseReaderTests {
    /// Reads an answer whole, and again octet by octet: both must say the same.
    private func read(_ text: String, closes: Bool = false, largest: Int = 1000) throws -> OutboundResponse? {
        var whole = ResponseReader(largestBody: largest)
        var response = try whole.received(text.utf8)
        if closes, response == nil { response = try whole.closed() }
        var slow = ResponseReader(largestBody: largest)
        var slowly: OutboundResponse?
        for octet in text.utf8 where slowly == nil { slowly = try slow.received([octet]) }
        if closes, slowly == nil { slowly = try slow.closed() }
        #expect(slowly?.body == response?.body)
        #expect(slowly?.status == response?.status)
        return response
    }

    private func body(_ text: String, closes: Bool = false) throws -> String? {
        try read(text, closes: closes).map { String(decoding: $0.body, as: UTF8.self) }
    }

    @Test func readsABodyByItsLength() throws {
        #expect(try body("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello, and more") == "hello")
        #expect(try body("HTTP/1.1 200\nContent-Length: 0\n\n") == "")
        #expect(try body("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell") == nil)
    }

    @Test func readsChunksAndTheirTrailers() throws {
        let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        #expect(try body(head + "5;x=y\r\nhello\r\n1\r\n!\r\n0\r\nX-T: 1\r\n\r\n") == "hello!")
        #expect(try body(head + "0\r\n\r\n") == "")
        #expect(try body(head + "5\r\nhello\r\n") == nil)
    }

    @Test func readsToTheEndOfTheConnectionWhereNothingElseIsSaid() throws {
        #expect(try body("HTTP/1.0 200 OK\r\n\r\nall of it", closes: true) == "all of it")
        #expect(try body("HTTP/1.1 204 Nothing\r\n\r\n") == "")
    }

    @Test func anInterimAnswerIsNotTheAnswer() throws {
        #expect(try body("HTTP/1.1 103 Early\r\nX: 1\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok") == "ok")
    }

    @Test(arguments: [
        "SSH-2.0-x\r\n\r\n", "HTTP/2 200\r\n\r\n", "HTTP/1.1 20 OK\r\n\r\n", "HTTP/1.1 999 x\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n",
    ])
    func refusesWhatMakesNoSense(_ text: String) {
        let error = #expect(throws: OutboundHTTPError.self) { try read(text) }
        #expect(error?.code == .malformed)
    }

    @Test func limitsHoldAtTheLimitAndOneOver() throws {
        for coding in ["Content-Length: 1000\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n3e8\r\n"] {
            let body = String(repeating: "x", count: 1000) + (coding.hasPrefix("T") ? "\r\n0\r\n\r\n" : "")
            #expect(try read("HTTP/1.1 200 OK\r\n" + coding + body)?.body.count == 1000)
        }
        for coding in ["Content-Length: 1001\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n3e9\r\n"] {
            let error = #expect(throws: OutboundHTTPError.self) { try read("HTTP/1.1 200 OK\r\n" + coding) }
            #expect(error?.code == .tooLarge)
        }
        let long = String(repeating: "x", count: 1001)
        #expect(throws: OutboundHTTPError.self) { try read("HTTP/1.1 200 OK\r\n\r\n" + long, closes: true) }
        let field = "X: " + String(repeating: "y", count: ResponseReader.longestHead)
        var reader = ResponseReader(largestBody: 10)
        #expect(throws: OutboundHTTPError.self) { try reader.received(("HTTP/1.1 200 OK\r\n" + field).utf8) }
    }

    @Test func aConnectionThatEndsEarlyIsNoAnswer() throws {
        for text in ["", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell"] {
            #expect(throws: OutboundHTTPError.self) { try read(text, closes: true) }
        }
    }
}
