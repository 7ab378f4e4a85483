import MIME
import MailModel
import Testing

@Suite struct MessageIDTests {
    private func ids(_ value: String) -> [String]? { header(value) { $0.messageIDs(in: $1) } ?? nil }

    @Test func bracketsCommentsAndFoldingGo() {
        #expect(ids(" <a@x>") == ["a@x"])
        #expect(ids(" <a@x>\r\n <b@x><c\r\n @x> (and more)") == ["a@x", "b@x", "c@x"])
        #expect(ids(" Your message of Monday <a@x>") == ["a@x"])
        #expect(ids(" <a@x <b@x>") == ["a@x", "b@x"])
        #expect(ids(" <weird id>") == ["weirdid"])
    }

    @Test func oneBareWordWithAnAtCounts() { #expect(ids(" a@x ") == ["a@x"]) }

    @Test func nothingReadableIsNil() {
        for value in ["", " ", " <>", " none", " a@x b@x"] { #expect(ids(value) == nil) }
    }

    @Test func aFloodEndsAtTheLimit() {
        #expect(ids(String(repeating: "<a@x>", count: 5_000))?.count == 5_000)
        #expect(ids(String(repeating: "<a@x>", count: 5_001))?.count == 5_000)
    }
}

@Suite struct URLTests {
    private func urls(_ value: String) -> [String]? { header(value) { $0.urls(in: $1) } ?? nil }

    @Test func theExamplesOfRFC2369() {
        #expect(
            urls(" <mailto:list@host.com?subject=help> (List Instructions)") == ["mailto:list@host.com?subject=help"])
        #expect(
            urls(
                " <http://www.host.com/list.cgi?cmd=sub&lst=list>,\r\n <mailto:list-manager@host.com?body=subscribe%20list>"
            )
                == [
                    "http://www.host.com/list.cgi?cmd=sub&lst=list",
                    "mailto:list-manager@host.com?body=subscribe%20list",
                ])
        #expect(urls(" (<not this>) <ftp://host/\r\n a> (FTP)") == ["ftp://host/a"])
    }

    @Test func nothingReadableIsNil() {
        #expect(urls(" NO (posting not allowed on this list)") == nil)
        #expect(urls(" <>") == nil)
    }
}

@Suite struct DateTests {
    private func date(_ value: String) -> String? { (header(value) { $0.date(in: $1) } ?? nil)?.description }

    @Test(arguments: [
        (" Fri, 21 Nov 1997 09:55:06 -0600", "1997-11-21T09:55:06-06:00"),
        (" 1 Jan 2024 00:00:00 +0000", "2024-01-01T00:00:00Z"),
        (" Thu,\r\n 13\r\n Feb\r\n 1969\r\n 23:32\r\n -0330 (Newfoundland Time)", "1969-02-13T23:32:00-03:30"),
        (" 21 Nov 97 09:55:06 GMT", "1997-11-21T09:55:06Z"),
        (" Tue, 5 Jan 49 10:00 UT", "2049-01-05T10:00:00Z"),
        (" 5 Jan 50 10:00 UT", "1950-01-05T10:00:00Z"),
        (" 5 Jan 124 10:00 UT", "2024-01-05T10:00:00Z"),
        (" Fri, 21 Nov 1997 09(comment):   55  :  06 -0600", "1997-11-21T09:55:06-06:00" as String?),
        (" Mon, 21 Nov 1997 09:55:06 EST", "1997-11-21T09:55:06-05:00"),
        (" Fri, 21 Nov 1997 09:55:06 PDT", "1997-11-21T09:55:06-07:00"),
        (" Fri, 21 Nov 1997 09:55:06 -0000", "1997-11-21T09:55:06Z"),
        (" Fri, 21 Nov 1997 09:55:06 A", "1997-11-21T09:55:06Z"),
        (" Fri, 21 Nov 1997 09:55:06", "1997-11-21T09:55:06Z"),
        (" Fri Nov 21 09:55:06 1997", "1997-11-21T09:55:06Z"),
        (" Fri, 21-Nov-1997 09:55:06 +01:00", "1997-11-21T09:55:06+01:00"),
        (" 21 November 1997 9:55:06 PM +0100", "1997-11-21T21:55:06+01:00"),
        (" Fri, 21 Nov 1997 09:55:06 GMT+0200", "1997-11-21T09:55:06+02:00"),
        (" Fri, 21 Nov 1997 23:59:60 +0000", "1997-11-22T00:00:00Z"),
        (" Fri, 21 Nov 1997 09:55:06 +9999", "1997-11-21T09:55:06Z"),
        (" Fri, 31 Nov 1997 09:55:06 +0000", nil),
        (" Fri, 21 Nov 1997 24:55:06 +0000", nil),
        (" Fri, 21 Nov 1997", nil),
        (" Nov 1997 09:55:06", nil),
        (" now", nil),
        ("", nil),
        (" 21 Nov 99999 09:55:06 +0000", nil),
        (" 999999999999999999999999 Nov 1997 09:55:06 +0000", nil),
    ])
    func readsStrictObsoleteAndBrokenForms(_ value: String, _ expected: String?) {
        #expect(date(value) == expected)
    }

    @Test func givesTheMomentAndTheZone() throws {
        let date = try #require(header(" Thu, 1 Jan 1970 01:00:00 +0100") { $0.date(in: $1) } ?? nil)
        #expect(date == MessageDate(timestamp: Timestamp(seconds: 0), offsetMinutes: 60))
    }
}
