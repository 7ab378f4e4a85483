import JSON
import Testing

@testable import HTTPServer

@Suite struct ResponseFieldTests {
    @Test func aPlainNameIsQuoted() {
        #expect(ContentDisposition.attachment(name: "report.pdf") == "attachment; filename=\"report.pdf\"")
    }

    @Test func otherNamesAreAlsoGivenEncoded() {
        #expect(
            ContentDisposition.attachment(name: "Übung \"1\".txt")
                == "attachment; filename=\"_bung _1_.txt\"; filename*=UTF-8''%C3%9Cbung%20%221%22.txt")
    }

    @Test func aNameCannotAddAFieldOrLeaveItsFolder() {
        for name in [
            "a\r\nSet-Cookie: x=1", "../../etc/passwd", "..\\boot.ini", "a\u{0}b", "x\u{202E}fdp.exe", "\u{7F}",
        ] {
            let value = ContentDisposition.attachment(name: name)
            #expect(value.utf8.allSatisfy { (0x20...0x7E).contains($0) }, "\(value)")
            #expect(!value.contains("/") && !value.contains("\\") && !value.contains("202E"), "\(value)")
        }
        #expect(ContentDisposition.attachment(name: "..") == "attachment; filename=\"__\"")
    }

    @Test func anEmptyNameGivesNone() {
        #expect(ContentDisposition.attachment(name: "") == "attachment")
    }

    @Test func aLongNameIsCutAtACharacter() {
        let name = String(repeating: "é", count: 300)
        #expect(ContentDisposition.safeName(name).utf8.count == 254)
        #expect(ContentDisposition.safeName(String(repeating: "a", count: 255)).utf8.count == 255)
        #expect(ContentDisposition.safeName(String(repeating: "a", count: 256)).utf8.count == 255)
    }

    @Test func mediaTypesAreTakenOrNot() {
        #expect(MediaType.valid("text/plain; charset=utf-8") != nil)
        #expect(MediaType.valid("image/svg+xml") != nil)
        for text in ["", "text", "text/", "/plain", "text/html\r\nX: y", "te xt/é", "a/b/c", "a/b\u{0}"] {
            #expect(MediaType.valid(text) == nil, "\(text)")
        }
        #expect(MediaType.isJSON("Application/JSON ; charset=utf-8"))
        #expect(!MediaType.isJSON("text/json"))
        #expect(!MediaType.isJSON(nil))
    }

    @Test func problemsCarryTypeStatusDetailAndLimit() throws {
        let problem = Problem.limit("maxSizeRequest", "Too \"large\".")
        let object = try #require(try JSONParser.parse(problem.json).object)
        #expect(object["type"] == .string("urn:ietf:params:jmap:error:limit"))
        #expect(object["status"] == .integer(400))
        #expect(object["limit"] == .string("maxSizeRequest"))
        #expect(object["detail"] == .string("Too \"large\"."))
        #expect(try JSONParser.parse(Problem.notFound.json).object?["limit"] == nil)
    }

    @Test func basesAreReadStrictly() {
        #expect(BaseURL("https://mail.example.org/")?.description == "https://mail.example.org")
        #expect(BaseURL("http://[::1]:8080/mail")?.prefix == "/mail")
        for text in ["", "ftp://x", "https://", "https://a b", "https://x/?q", "mail.example.org", "https://u@h"] {
            #expect(BaseURL(text) == nil, "\(text)")
        }
    }
}
