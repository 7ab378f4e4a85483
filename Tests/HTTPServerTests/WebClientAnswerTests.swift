import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import TestSupport
import Testing
import WebClient

@testable import HTTPServer

/// The web client's page and files, as a browser gets them.
@Suite struct WebClientAnswerTests {
    private static let browser: HTTPFields = [
        .accept: "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
        .acceptEncoding: "gzip, deflate, br, zstd",
    ]
    private static let version = WebClient().version

    private static func text(_ response: TestClient.Answer) -> String { String(buffer: response.body) }

    @Test(arguments: TestServer.Way.allCases)
    func aBrowserGetsThePageAndOthersGetWords(way: TestServer.Way) async throws {
        let server = try await TestServer.open()
        try await server.test(way) { client in
            let page = try await client.execute(uri: "/", method: .get, headers: [.accept: "text/html"])
            #expect(page.status == .ok && page.headers[.contentType] == "text/html; charset=utf-8")
            #expect(Self.text(page).contains("\"/web/\(Self.version)/main.js\""))
            #expect(page.headers[.cacheControl] == "no-cache")
            #expect(page.headers[values: .vary].joined(separator: ", ") == "Accept-Encoding, Accept")
            for accept in ["*/*", "application/json", "text/html;q=0", "text/html; q=0.0", "text/htm"] {
                let words = try await client.execute(uri: "/", method: .get, headers: [.accept: accept])
                #expect(words.status == .ok && words.headers[.contentType] == "text/plain; charset=utf-8", "\(accept)")
                #expect(Self.text(words).contains("/.well-known/jmap") && words.headers[.vary] == "Accept")
            }
        }
    }

    @Test(arguments: TestServer.Way.allCases)
    func aFileIsKeptForAsLongAsItsVersionLasts(way: TestServer.Way) async throws {
        let server = try await TestServer.open()
        try await server.test(way) { client in
            let file = try #require(WebClient().file("main.js"))
            let answer = try await client.execute(uri: "/web/\(Self.version)/main.js", method: .get)
            #expect(answer.status == .ok && Array(answer.body.readableBytesView) == file.octets)
            #expect(answer.headers[.contentType] == "text/javascript; charset=utf-8")
            #expect(answer.headers[.cacheControl] == "public, immutable, max-age=31536000")
            #expect(answer.headers[.contentEncoding] == nil && answer.headers[.vary] == "Accept-Encoding")
            let head = try await client.execute(uri: "/web/\(Self.version)/main.js", method: .head)
            #expect(head.status == .ok && head.body.readableBytes == 0)
            #expect(head.headers[.contentLength] == "\(file.octets.count)")
        }
    }

    @Test func aBrowserThatReadsZstdGetsFewerOctets() async throws {
        let server = try await TestServer.open()
        try await server.test(.router) { client in
            let page = try #require(WebClient().file("index.html"))
            let compressed = try #require(page.compressed)
            let answer = try await client.execute(uri: "/", method: .get, headers: Self.browser)
            #expect(answer.headers[.contentEncoding] == "zstd")
            #expect(Array(answer.body.readableBytesView) == compressed)
            for coding in ["gzip", "zstd;q=0", "identity, *", ""] {
                let fields: HTTPFields = [.accept: "text/html", .acceptEncoding: coding]
                let plain = try await client.execute(uri: "/", method: .get, headers: fields)
                #expect(plain.headers[.contentEncoding] == nil, "\(coding)")
                #expect(Array(plain.body.readableBytesView) == page.octets)
            }
        }
    }

    @Test(arguments: TestServer.Way.allCases)
    func whoHasThePageIsToldThatItIsTheSame(way: TestServer.Way) async throws {
        let server = try await TestServer.open()
        try await server.test(way) { client in
            let first = try await client.execute(uri: "/", method: .get, headers: Self.browser)
            let tag = try #require(first.headers[.eTag])
            for known in [tag, "\"other\", \(tag)", String(tag.dropFirst(2)), "*"] {
                var fields = Self.browser
                fields[.ifNoneMatch] = known
                let again = try await client.execute(uri: "/", method: .get, headers: fields)
                #expect(again.status == .notModified && again.body.readableBytes == 0, "\(known)")
                #expect(again.headers[.eTag] == tag && again.headers[.contentSecurityPolicy] != nil)
            }
            var fields = Self.browser
            fields[.ifNoneMatch] = "\"another\""
            #expect(try await client.execute(uri: "/", method: .get, headers: fields).status == .ok)
        }
    }

    @Test(arguments: [
        "/web/\(WebClient().version)/none.js", "/web/\(WebClient().version)/", "/web/\(WebClient().version)",
        "/web/00000000000000000000/main.js", "/web/dev/main.js", "/web/", "/web//main.js",
        "/web/\(WebClient().version)//main.js", "/web/\(WebClient().version)/../main.js",
        "/web/\(WebClient().version)/./main.js", "/web/\(WebClient().version)/%6Dain.js",
        "/web/\(WebClient().version)/main.js%00", "/web/\(WebClient().version)/main.js/",
        "/web/\(WebClient().version)/..%2F..%2FPackage.swift", "/web/\(WebClient().version)/%2e%2e/main.js",
        "/web/\(WebClient().version)/core%2Fdom.js", "/web/\(WebClient().version)\\main.js",
    ])
    func nothingElseIsThereAndNobodyKeepsThat(path: String) async throws {
        let server = try await TestServer.open()
        try await server.test(.router) { client in
            let answer = try await client.execute(uri: path, method: .get, headers: Self.browser)
            #expect(answer.status == .notFound && answer.headers[.cacheControl] == "no-store")
            #expect(answer.headers[.contentSecurityPolicy] == PageFields.contentSecurityPolicy)
        }
    }

    @Test func everyAnswerTellsTheBrowserWhatItMayDo() async throws {
        let server = try await TestServer.open()
        try await server.test(.router) { client in
            for path in ["/", "/web/\(Self.version)/style/base.css", "/web/gone/main.css", "/sw.js"] {
                for method in [HTTPRequest.Method.get, .head, .post] {
                    let answer = try await client.execute(uri: path, method: method, headers: Self.browser)
                    let policy = try #require(answer.headers[.contentSecurityPolicy], "\(path)")
                    #expect(policy.hasPrefix("default-src 'none'; script-src 'self'; style-src 'self'"))
                    #expect(policy.hasSuffix("; trusted-types app-sw mail-body"))
                    #expect(answer.headers[.xContentTypeOptions] == "nosniff")
                    #expect(answer.headers[.referrerPolicy] == "no-referrer")
                    #expect(answer.headers[.crossOriginOpenerPolicy] == "same-origin")
                    #expect(answer.headers[.crossOriginResourcePolicy] == "same-origin")
                    #expect(answer.headers[.permissionsPolicy]?.contains("camera=()") == true)
                    if method == .post { #expect(answer.status == .methodNotAllowed) }
                }
            }
        }
    }

    @Test func aFolderOfOnesOwnIsServedAsItIsAtTheMoment() async throws {
        let folder = try TemporaryFolder("client")
        try folder.write("<p>{{base}}</p>", to: "index.html")
        try folder.write("one", to: "main.js")
        try folder.write("// {{base}} {{files}}", to: "sw.js")
        try folder.write("secret", to: "../\(folder.path.split(separator: "/").last ?? "")-outside.js")
        defer { try? FileManager.default.removeItem(atPath: folder.path + "-outside.js") }
        let server = try await TestServer.open {
            $0.webClientFolder = folder.path
            $0.publicURL = BaseURL("https://example.org/mail")
        }
        try await server.test(.router) { client in
            let page = try await client.execute(uri: "/", method: .get, headers: Self.browser)
            #expect(Self.text(page) == "<p>/mail/web/dev</p>")
            let file = try await client.execute(uri: "/web/dev/main.js", method: .get)
            #expect(Self.text(file) == "one" && file.headers[.cacheControl] == "no-cache")
            try folder.write("two", to: "main.js")
            #expect(Self.text(try await client.execute(uri: "/web/dev/main.js", method: .get)) == "two")
            let worker = try await client.execute(uri: "/sw.js", method: .get)
            #expect(Self.text(worker) == #"// /mail/web/dev ["index.html","main.js","sw.js"]"#)
            #expect(worker.headers[.serviceWorkerAllowed] == "/mail/" && worker.headers[.cacheControl] == "no-cache")
            let outside = (folder.path.split(separator: "/").last ?? "") + "-outside.js"
            for path in ["../\(outside)", "..%2F\(outside)", "x/../../\(outside)"] {
                #expect(try await client.execute(uri: "/web/dev/\(path)", method: .get).status == .notFound, "\(path)")
            }
        }
    }
}
