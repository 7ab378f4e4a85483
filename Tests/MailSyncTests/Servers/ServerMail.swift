/// Mail for real servers: no line begins with `From `, so that an mbox need not change it.
enum ServerMail {
    /// Messages that differ, but for the last two.
    static let all: [[UInt8]] = {
        let bodies = [
            "A plain one.\r\n", ".\r\n..\r\n.dotted\r\n", ">From a reply\r\n>>From another\r\n", "",
            "Grüße, 8 bits as they are\r\n", String(repeating: "long", count: 5000) + "\r\n",
            String(repeating: "line after line\r\n", count: 20_000), "\r\n\r\nempty lines around\r\n\r\n",
        ]
        let numbered = bodies.enumerated().map { message($0 + 1, body: $1) }
        return numbered + Array(repeating: message(9, body: "twice there\r\n"), count: 2)
    }()

    static func message(_ number: Int, body: String) -> [UInt8] {
        let text = """
            Return-Path: <ada@example.org>
            Received: from a.example.org by b.example.org; Mon, 02 Nov 2026 10:00:0\(number % 10) +0000
            From: Ada <ada@example.org>
            To: alice@example.net
            Subject: Number \(number)
            Date: Mon, 02 Nov 2026 10:00:00 +0000
            Message-ID: <\(number)@example.org>
            Content-Type: text/plain; charset=utf-8
            Content-Transfer-Encoding: 8bit


            """
        return Array((text.replacing("\n", with: "\r\n") + body).utf8)
    }
}
