import HTTPTypes
import Hummingbird
import MailModel
import MailStore
import NIOCore
import OutboundHTTP
import Synchronization
import TestSupport
import Testing
import Transport

@testable import HTTPServer

/// Remote images of messages, fetched by the server in the reader's place.
@Suite struct RemoteImageTests {
    /// The smallest there is; as text, because servers of tests send text.
    private static let gif = "GIF89a\u{1}\0\u{1}\0\0\0\0;"
    private static let png = ImageHeaders.png(1, 1)

    /// Answers without a network, and remembers what was asked.
    private final class Fetcher: HTTPFetcher {
        typealias Answer = @Sendable (OutboundRequest) async throws(OutboundHTTPError) -> OutboundResponse
        private let answer: Answer
        private let log = Mutex<[OutboundRequest]>([])

        init(_ answer: @escaping Answer) { self.answer = answer }

        convenience init(type: String, _ octets: [UInt8], status: Int = 200, coding: String? = nil) {
            self.init { _ throws(OutboundHTTPError) in
                let coding = coding.map { [(name: "content-encoding", value: $0)] } ?? []
                return OutboundResponse(status: status, headers: [("content-type", type)] + coding, body: octets)
            }
        }

        var requests: [OutboundRequest] { log.withLock { $0 } }

        func send(_ request: OutboundRequest) async throws(OutboundHTTPError) -> OutboundResponse {
            log.withLock { $0.append(request) }
            return try await answer(request)
        }
    }

    private static func address(
        _ url: String, _ server: TestServer, of person: TestServer.Person? = nil
    ) throws -> String {
        let account = (person ?? server.ada).user.account
        return try #require(RemoteImageSigner(store: server.store).address(for: url, account: account))
    }

    private static func get(
        _ client: TestClient, _ path: String, _ cookie: String, site: String = "same-origin"
    ) async throws -> TestClient.Answer {
        try await client.execute(uri: path, method: .get, headers: [.cookie: cookie, .secFetchSite: site])
    }

    @Test(arguments: TestServer.Way.allCases)
    func anImageIsFetchedWithoutAWordOfItsReader(way: TestServer.Way) async throws {
        let fetcher = Fetcher(type: "image/png", Self.png)
        let server = try await TestServer.open(fetcher: fetcher)
        try await server.test(way) { client in
            let cookie = try await WebSessionTests.signIn(client)
            let path = try Self.address("https://example.org/a.png?x=1#y", server)
            let answer = try await client.execute(
                uri: path, method: .get,
                headers: [
                    .cookie: cookie, .secFetchSite: "same-origin", .userAgent: "Firefox", .acceptLanguage: "de",
                    .referer: "http://x/",
                ])
            #expect(answer.status == .ok && Array(answer.body.readableBytesView) == Self.png)
            #expect(answer.headers[.contentType] == "image/png")
            #expect(answer.headers[.cacheControl] == "private, immutable, max-age=86400")
            #expect(answer.headers[.xContentTypeOptions] == "nosniff")
            #expect(answer.headers[.contentSecurityPolicy] == "sandbox; default-src 'none'")
            #expect(answer.headers[.crossOriginResourcePolicy] == "same-origin")
            let request = try #require(fetcher.requests.first)
            #expect(request.url.description == "https://example.org/a.png?x=1" && request.userAgent == "Mozilla/5.0")
            #expect(request.headers.map(\.name) == ["Accept"])
            #expect(request.policy == .publicWeb && request.policy.isRestricted && request.policy.networks.isEmpty)
            #expect(request.largestAnswer == Limits.RemoteImages().octets)
            #expect(request.timeout <= Limits.RemoteImages().time && request.redirects == 0)
        }
    }

    @Test func onlyItsReaderAndOnlyOurPagesGetIt() async throws {
        let fetcher = Fetcher(type: "image/png", Self.png)
        let server = try await TestServer.open(fetcher: fetcher)
        try await server.test(.router) { client in
            let cookie = try await WebSessionTests.signIn(client)
            let path = try Self.address("https://example.org/a.png", server)
            for site in ["cross-site", "same-site", "none"] {
                #expect(try await Self.get(client, path, cookie, site: site).status == .unauthorized, "\(site)")
            }
            for fields in [[:], server.ada.phone.bearer, [.cookie: "restante=wrong"]] as [HTTPFields] {
                #expect(try await client.execute(uri: path, method: .get, headers: fields).status == .unauthorized)
            }
            let bobs = try Self.address("https://example.org/a.png", server, of: server.bob)
            #expect(bobs != path)
            let parts = path.split(separator: "/").map(String.init)
            let other = RemoteImageSigner.encoded("https://example.org/b.png")
            let wrong = [
                bobs, "/proxy/\(parts[1])/\(other)", "/proxy/AAAAAAAAAAAAAAAAAAAAAA/\(parts[2])", "/proxy//\(parts[2])",
                "/proxy/\(parts[1])/\(parts[2])=", "/proxy/\(parts[1].dropLast())/\(parts[2])", "/proxy/\(parts[1])/",
                "/proxy/\(parts[1])", "/proxy/\(parts[1])/\(parts[2])/x", "/proxy/\(parts[1])/%2e%2e", "/proxy/",
            ]
            for path in wrong {
                #expect(try await Self.get(client, path, cookie).status == .notFound, "\(path)")
            }
            #expect(fetcher.requests.isEmpty)
            #expect(try await Self.get(client, path, cookie).status == .ok)
        }
    }

    @Test(
        arguments: [
            ("image/svg+xml", Array("<svg xmlns=\"http://www.w3.org/2000/svg\"/>".utf8), 200, nil),
            ("image/png", Array("<svg xmlns=\"http://www.w3.org/2000/svg\"/>".utf8), 200, nil),
            ("text/html", png, 200, nil), ("", png, 200, nil), ("image/png", [], 200, nil),
            ("image/png", Array(png.prefix(20)), 200, nil), ("image/png", png, 404, nil),
            ("image/png", png, 206, nil), ("image/png", png, 200, "gzip"),
            ("image/tiff", [0x49, 0x49, 0x2A, 0], 200, nil),
        ] as [(String, [UInt8], Int, String?)])
    func whatIsNoImageIsNotShown(type: String, octets: [UInt8], status: Int, coding: String?) async throws {
        let server = try await TestServer.open(
            fetcher: Fetcher(type: type, octets, status: status, coding: coding))
        try await server.test(.router) { client in
            let cookie = try await WebSessionTests.signIn(client)
            let answer = try await Self.get(client, try Self.address("https://example.org/a", server), cookie)
            #expect(answer.status == .badGateway && answer.headers[.contentType] == "application/problem+json")
            #expect(answer.headers[.cacheControl] == "no-store")
        }
    }

    @Test func anImageHasAtMostItsPixels() async throws {
        let fetcher = Fetcher { request throws(OutboundHTTPError) in
            let width: UInt32 = request.url.description.hasSuffix("over") ? 1_000_001 : 1_000_000
            return OutboundResponse(
                status: 200, headers: [("content-type", "image/png")], body: ImageHeaders.png(width, 1))
        }
        let server = try await TestServer.open(fetcher: fetcher) { $0.limits.remoteImages.pixels = 1_000_000 }
        try await server.test(.router) { client in
            let cookie = try await WebSessionTests.signIn(client)
            let at = try await Self.get(client, try Self.address("https://example.org/at", server), cookie)
            #expect(at.status == .ok)
            let over = try await Self.get(client, try Self.address("https://example.org/over", server), cookie)
            #expect(over.status == .badGateway && String(buffer: over.body).contains("remoteImages.pixels"))
        }
    }

    @Test func theOctetsSayWhichImageItIs() {
        let avif: [UInt8] = [0, 0, 0, 28] + Array("ftypmif1".utf8) + [0, 0, 0, 0] + Array("miafavifmif1".utf8)
        let bmp: [UInt8] =
            Array("BM".utf8) + [90, 0, 0, 0, 0, 0, 0, 0, 54, 0, 0, 0, 40, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0]
        #expect(RasterImage(type: "image/jpg", octets: [0xFF, 0xD8, 0xFF, 0xE0]) == .jpeg)
        #expect(RasterImage(type: "IMAGE/JPEG; x=y", octets: Self.png) == .png)
        #expect(RasterImage(type: "image/gif", octets: Array("GIF87a".utf8)) == .gif)
        #expect(RasterImage(type: "image/webp", octets: Array("RIFF\0\0\0\0WEBPVP8 ".utf8)) == .webp)
        #expect(RasterImage(type: "image/avif", octets: avif) == .avif)
        #expect(RasterImage(type: "image/bmp", octets: bmp) == .bmp)
        let others: [[UInt8]] = [
            [], Array("GIF88a".utf8), Array("RIFF\0\0\0\0WAVE".utf8), Array("BMW is a make of cars, by the way".utf8),
            Array(avif.prefix(15)), [0, 0, 0, 16] + Array("ftypmp42".utf8) + Array("avif".utf8), [0xFF, 0xD8],
            Array(" GIF89a".utf8), [0xFF, 0xFF, 0xFF, 0xFF] + Array("ftypisom".utf8) + [0, 0, 0, 0],
        ]
        for octets in others { #expect(RasterImage(type: "image/gif", octets: octets) == nil, "\(octets)") }
    }

    @Test func fiveRedirectsAreFollowedAndASixthIsNot() async throws {
        let fetcher = Fetcher { request throws(OutboundHTTPError) in
            let left = Int(request.url.description.split(separator: "/").last ?? "") ?? 0
            guard left > 0 else {
                return OutboundResponse(status: 200, headers: [("content-type", "image/png")], body: Self.png)
            }
            return OutboundResponse(status: 302, headers: [("location", "/\(left - 1)#x")], body: [])
        }
        let server = try await TestServer.open(fetcher: fetcher)
        try await server.test(.router) { client in
            let cookie = try await WebSessionTests.signIn(client)
            let five = try await Self.get(client, try Self.address("http://example.org/5", server), cookie)
            #expect(five.status == .ok)
            #expect(fetcher.requests.count == 6 && fetcher.requests.allSatisfy { $0.policy == .publicWeb })
            #expect(zip(fetcher.requests, fetcher.requests.dropFirst()).allSatisfy { $0.timeout >= $1.timeout })
            let six = try await Self.get(client, try Self.address("http://example.org/6", server), cookie)
            #expect(six.status == .badGateway)
        }
    }

    @Test(arguments: ["http://example.org/a", "ftp://example.org/a", "javascript:x", "", "https://u:p@example.org/"])
    func aRedirectOutOfTLSOrOfTheWebIsNotFollowed(location: String) async throws {
        let fetcher = Fetcher { _ throws(OutboundHTTPError) in
            OutboundResponse(status: 301, headers: [("location", location)], body: [])
        }
        let server = try await TestServer.open(fetcher: fetcher)
        try await server.test(.router) { client in
            let cookie = try await WebSessionTests.signIn(client)
            let answer = try await Self.get(client, try Self.address("https://example.org/a", server), cookie)
            // An empty one is the same address again, until it was asked for often enough.
            #expect(answer.status == .badGateway)
            #expect(fetcher.requests.allSatisfy { $0.url.scheme == .https && $0.url.host == "example.org" })
        }
    }

    @Test func whatTakesTooLongIsGivenUp() async throws {
        let fetcher = Fetcher { _ throws(OutboundHTTPError) in throw OutboundHTTPError(.timeout, "Late.") }
        let server = try await TestServer.open(fetcher: fetcher)
        try await server.test(.router) { client in
            let cookie = try await WebSessionTests.signIn(client)
            let answer = try await Self.get(client, try Self.address("https://example.org/a", server), cookie)
            #expect(answer.status == .gatewayTimeout)
        }
    }

    /// What an account may have under way and waiting; one more is refused, and all others get theirs.
    @Test func anAccountFetchesSoManyAtOnceAndTheOthersWait() async throws {
        let (arrivals, arrive) = AsyncStream.makeStream(of: Void.self)
        let running = Running()
        let gate = Gate()
        let queue = ImageQueue(limits: Self.narrow)
        let ada = AccountID(rawValue: 1)
        @Sendable func one() async -> Bool? {
            await queue.run(for: ada) {
                running.begin()
                arrive.yield()
                await gate.wait()
                running.end()
                return true
            }
        }
        try await withThrowingTaskGroup(of: Bool?.self) { group in
            var coming = arrivals.makeAsyncIterator()
            for _ in 0..<Self.narrow.concurrent {
                group.addTask { await one() }
                await coming.next()
            }
            for count in 1...Self.narrow.waiting {
                group.addTask { await one() }
                while queue.waiting(for: ada) < count { await Task.yield() }
            }
            #expect(await one() == nil)
            let another = await queue.run(for: AccountID(rawValue: 2)) { true }
            #expect(another == true)
            gate.open()
            var done = 0
            for try await result in group where result == true { done += 1 }
            #expect(done == Self.narrow.concurrent + Self.narrow.waiting)
        }
        #expect(running.most == Self.narrow.concurrent)
        #expect(queue.waiting(for: ada) == 0)
    }

    @Test func whoGoesAwayWaitsNoLonger() async throws {
        let queue = ImageQueue(limits: Self.narrow)
        let ada = AccountID(rawValue: 1)
        let gate = Gate()
        let busy = (0..<Self.narrow.concurrent).map { _ in Task { await queue.run(for: ada) { await gate.wait() } } }
        let gone = Task { await queue.run(for: ada) { true } }
        while queue.waiting(for: ada) < 1 { await Task.yield() }
        gone.cancel()
        #expect(await gone.value == nil)
        #expect(queue.waiting(for: ada) == 0)
        gate.open()
        for task in busy { _ = await task.value }
    }

    private static let narrow: Limits.RemoteImages = {
        var limits = Limits.RemoteImages()
        limits.concurrent = 2
        limits.waiting = 3
        return limits
    }()

    /// With a real connection: at the limit, one octet over, and where the policy does not let it go.
    @Test func aServersAnswerHasAtMostItsOctetsAndNoServerOfThisNetworkIsAsked() async throws {
        let upstream = try await ScriptedHTTPServer { request in
            switch request.target {
            case "/inside": .init(302, headers: [("Location", "http://10.0.0.1/")], "")
            case "/at": .init(200, headers: [("Content-Type", "image/gif")], Self.gif)
            default: .init(200, headers: [("Content-Type", "image/gif")], Self.gif + ";")
            }
        }
        var limits = Limits.RemoteImages()
        limits.octets = Self.gif.utf8.count
        var proxy = ImageProxy(fetcher: OutboundHTTP(), limits: limits)
        let account = AccountID(rawValue: 1)
        func fetch(_ path: String) async throws -> [UInt8] {
            let url = try #require(OutboundURL("http://127.0.0.1:\(upstream.port)\(path)"))
            return try await proxy.image(at: url, for: account).1
        }
        // The public web is all there is.
        await #expect(throws: Problem(status: 502, detail: "The image is not on the public web.")) {
            try await fetch("/at")
        }
        #expect(upstream.requests.isEmpty)
        proxy.policy.networks = [try #require(IPNetwork("127.0.0.0/8"))]
        proxy.policy.ports = [upstream.port...upstream.port, 80...80]
        #expect(try await fetch("/at") == Array(Self.gif.utf8))
        let request = try #require(upstream.requests.first)
        #expect(Set(request.headers.keys) == ["host", "user-agent", "accept", "accept-encoding", "connection"])
        #expect(request.headers["user-agent"] == "Mozilla/5.0")
        let over = await #expect(throws: Problem.self) { try await fetch("/over") }
        #expect(over?.status == 502 && over?.limit == "remoteImages.octets")
        await #expect(throws: Problem(status: 502, detail: "The image is not on the public web.")) {
            try await fetch("/inside")
        }
    }

    @Test(arguments: [
        "http://127.0.0.1/", "http://10.1.2.3/", "http://192.168.1.1/", "http://172.16.0.1/", "http://100.64.0.1/",
        "http://169.254.169.254/latest/meta-data", "http://[::1]/", "http://[::ffff:127.0.0.1]/", "http://[fe80::1]/",
        "http://[fd00::1]/", "http://[64:ff9b::7f00:1]/", "http://[2002:7f00:1::]/", "http://0.0.0.0/",
        "http://１２７.０.０.１/", "http://①②⑦.1/", "http://2130706433/", "http://0x7f.1/", "http://example.org:22/",
        "http://255.255.255.255/",
    ])
    func addressesBesideThePublicWebAreRefused(url: String) async throws {
        let resolver = ScriptedResolver([
            "2130706433": [["127.0.0.1"]], "127.1": [["127.0.0.1"]], "0x7f.1": [["127.0.0.1"]],
        ])
        let proxy = ImageProxy(fetcher: OutboundHTTP(connector: Connector(resolver: resolver)), limits: .init())
        let target = try #require(OutboundURL(url))
        await #expect(throws: Problem(status: 502, detail: "The image is not on the public web.")) {
            try await proxy.image(at: target, for: AccountID(rawValue: 1))
        }
    }

    @Test func onlyURLsOfTheWebAreSigned() async throws {
        let server = try await TestServer.open()
        let signer = RemoteImageSigner(store: server.store, prefix: "/mail")
        let account = server.ada.user.account
        let fits = "https://example.org/" + String(repeating: "a", count: RemoteImageSigner.longestURL - 20)
        #expect(signer.address(for: fits, account: account)?.hasPrefix("/mail/proxy/") == true)
        #expect(signer.address(for: fits, account: account) == signer.address(for: fits + "#x", account: account))
        for url in [
            fits + "a", "", "data:image/png;base64,AA", "file:///etc/passwd", "//example.org/a", "https://u@x/",
        ] {
            #expect(signer.address(for: url, account: account) == nil, "\(url)")
        }
        await server.store.close()
    }

    @Test func base64OfURLsGoesBothWaysAndHasOneSpelling() {
        for count in 0..<40 {
            let octets = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 89 &+ 250) }
            #expect(Base64URL.decodeExactly(Base64URL.encode(octets)) == octets)
        }
        for text in ["A", "AB", "AA=", "+_", "/w", "é", "A A"] {
            #expect(Base64URL.decodeExactly(text) == nil, "\(text)")
        }
    }

    /// How many run at once, and how many ever did.
    private final class Running: Sendable {
        private let counts = Mutex((now: 0, most: 0))
        var most: Int { counts.withLock { $0.most } }
        func begin() { counts.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) } }
        func end() { counts.withLock { $0.now -= 1 } }
    }

    /// Opens once, for all who wait.
    private final class Gate: Sendable {
        private let state = Mutex((isOpen: false, waiting: [CheckedContinuation<Void, Never>]()))

        func open() {
            let waiting = state.withLock { state in
                state.isOpen = true
                return state.waiting
            }
            for one in waiting { one.resume() }
        }

        func wait() async {
            await withCheckedContinuation { continuation in
                let isOpen = state.withLock { state in
                    if !state.isOpen { state.waiting.append(continuation) }
                    return state.isOpen
                }
                if isOpen { continuation.resume() }
            }
        }
    }
}

extension RemoteImageSigner {
    fileprivate static func encoded(_ url: String) -> String { Base64URL.encode(url.utf8) }
}
