import MailModel
import Testing

@testable import HTTPServer

@Suite struct RouteTests {
    @Test(arguments: ["/.well-known/jmap", "/.well-known/jmap/", "/jmap/session", "/jmap/session/"])
    func sessionIsServedWhereClientsLookForIt(path: String) {
        #expect(Route(path: path) == .session)
    }

    @Test func downloadNameMayBeEmptyOrAnythingEncoded() {
        #expect(Route(path: "/jmap/download/a1/bff/") == .download(account: "a1", blob: "bff", name: ""))
        #expect(Route(path: "/jmap/download/a1/bff") == .download(account: "a1", blob: "bff", name: ""))
        #expect(
            Route(path: "/jmap/download/a1/bff/caf%C3%A9%20%2F..%2Fx.pdf")
                == .download(account: "a1", blob: "bff", name: "café /../x.pdf"))
    }

    @Test func uploadTakesAnAccountWithOrWithoutASlash() {
        #expect(Route(path: "/jmap/upload/a1") == .upload(account: "a1"))
        #expect(Route(path: "/jmap/upload/a1/") == .upload(account: "a1"))
    }

    @Test func aFileOfTheWebClientIsNamedAsItIsWritten() {
        #expect(Route(path: "/web/abc/core/dom.js") == .clientFile(version: "abc", path: "core/dom.js"))
        #expect(Route(path: "/web/abc/..%2Fx") == .clientFile(version: "abc", path: "..%2Fx"))
        #expect(Route(path: "/web/abc") == .clientFile(version: "abc", path: ""))
        #expect(Route(path: "/web/") == .clientFile(version: "", path: ""))
        #expect(Route(path: "/sw.js") == .namedFile("sw.js"))
    }

    @Test(arguments: [
        "/web", "/sw.js/", "/SW.js", "/index.html", "/favicon.ico",
        "", "jmap/session", "/jmap", "/jmap/", "/jmap/upload", "/jmap/download/a1", "/jmap/download/a1/b/c/d",
        "/jmap/upload/a1/b", "/.well-known", "/../jmap/session", "/jmap/../etc/passwd", "*", "http://h/jmap/session",
    ])
    func anythingElseIsNowhere(path: String) {
        #expect(Route(path: path) == nil)
    }

    @Test func parametersAreDecodedOnce() {
        let target = RequestTarget("/x?types=Email%2CMailbox&name=a+b&type=image/svg+xml&empty&types=late")
        #expect(target.path == "/x")
        #expect(target.parameter("types") == "Email,Mailbox")
        #expect(target.parameter("name") == "a b")
        #expect(target.parameter("type", plus: .isPlus) == "image/svg+xml")
        #expect(target.parameter("empty") == "")
        #expect(target.parameter("absent") == nil)
    }

    @Test func percentSignsThatEncodeNothingStandForThemselves() {
        #expect(PercentCoding.decodedText("100%") == "100%")
        #expect(PercentCoding.decodedText("%zz%4") == "%zz%4")
        #expect(PercentCoding.decodedText("%FF") == "\u{FFFD}")
        #expect(PercentCoding.encoded("a b/é~".utf8) == "a%20b%2F%C3%A9~")
    }
}
