import HTTPTypes
import Hummingbird
import JMAP
import Logging
import MailModel
import MailStore
import NIOCore
import OutboundHTTP
import ServiceLifecycle
import TestSupport
import Testing

@testable import HTTPServer

/// A server over a store of its own, with two users who have two devices each.
final class TestServer: Sendable {
    let folder: TemporaryFolder
    let store: MailStore
    let server: HTTPServer
    let ada: Person
    let bob: Person

    struct Person: Sendable {
        let user: User
        let phone: Credential
        let laptop: Credential
        var account: String { user.account.description }
    }

    /// A device with the secret it was given.
    struct Credential: Sendable {
        let device: DeviceID
        let user: String
        let secret: String
        var bearer: HTTPFields { [.authorization: "Bearer \(secret)"] }
        var basic: HTTPFields { [.authorization: basicValue] }
        var basicValue: String { "Basic " + Array("\(user):\(secret)".utf8).base64 }
    }

    /// How the same test reaches the server: its answers alone, or over a socket.
    enum Way: CaseIterable, Sendable { case router, socket }

    static func open(
        listeners: [HTTPServerConfiguration.Listener] = [.init(port: 0)],
        fetcher: any HTTPFetcher = OutboundHTTP(), configure: (inout HTTPServerConfiguration) -> Void = { _ in }
    ) async throws -> TestServer {
        var configuration = HTTPServerConfiguration(listeners: listeners)
        // A machine that is busy with other things may need longer than the half second to end one.
        configuration.times.eventSourceEnd = .seconds(20)
        configure(&configuration)
        let folder = try TemporaryFolder("http")
        let options = MailStoreOptions(
            directory: folder.path("data"), key: .file(folder.path("key")), limits: configuration.limits,
            scrypt: ScryptCost(logRounds: 4), clock: { Timestamp(milliseconds: 1_700_000_000_000) })
        let store = try await MailStore.open(options, logger: Self.logger)
        return TestServer(
            folder: folder, store: store, configuration: configuration, fetcher: fetcher,
            ada: try await Self.person("ada", in: store), bob: try await Self.person("bob", in: store))
    }

    static let password = "a password of hers"

    private static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    private init(
        folder: TemporaryFolder, store: MailStore, configuration: HTTPServerConfiguration,
        fetcher: any HTTPFetcher, ada: Person, bob: Person
    ) {
        self.folder = folder
        self.store = store
        self.ada = ada
        self.bob = bob
        let jmap = JMAPServer(store: store, limits: configuration.limits.jmap) {
            Timestamp(milliseconds: 1_700_000_000_000)
        }
        server = HTTPServer(
            store: store, jmap: jmap, configuration: configuration, fetcher: fetcher, logger: Self.logger)
    }

    private static func person(_ name: String, in store: MailStore) async throws -> Person {
        let user = try await store.createUser(name: name, password: Secret(password))
        return Person(
            user: user, phone: try await device("phone", of: user, in: store),
            laptop: try await device("laptop", of: user, in: store))
    }

    private static func device(_ name: String, of user: User, in store: MailStore) async throws -> Credential {
        let (device, secret) = try await store.createDevice(user: user.id, name: name)
        return Credential(
            device: device.id, user: user.name, secret: secret.withBytes { String(decoding: $0, as: UTF8.self) })
    }

    /// Runs a test against the first listener's answers or its socket, and closes the store.
    func test<Value: Sendable>(
        _ way: Way, _ body: @Sendable (TestClient) async throws -> Value
    ) async throws -> Value {
        switch way {
        case .router:
            let responder = server.buildResponder(server.core.configuration.listeners[0])
            return try await running(server.feeds) { try await body(TestClient(of: responder)) }
        case .socket: return try await run { try await body(TestClient(port: try #require($0.first).port)) }
        }
    }

    /// Runs the whole server as the daemon does, for as long as `body` takes, and closes the store.
    func run<Value: Sendable>(_ body: @Sendable ([BoundAddress]) async throws -> Value) async throws -> Value {
        try await running([server]) { try await body(await server.addresses()) }
    }

    private func running<Value: Sendable>(
        _ services: [any Service], _ body: @Sendable () async throws -> Value
    ) async throws -> Value {
        let group = ServiceGroup(
            configuration: .init(services: services.map { .init(service: $0) }, logger: Self.logger))
        let value = try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            do {
                let value = try await body()
                await group.triggerGracefulShutdown()
                try await tasks.waitForAll()
                return value
            } catch {
                await group.triggerGracefulShutdown()
                throw error
            }
        }
        await store.close()
        return value
    }
}

extension [UInt8] {
    /// RFC 4648 §4.
    var base64: String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var result: [UInt8] = []
        for start in stride(from: 0, to: count, by: 3) {
            let group = self[start..<Swift.min(start + 3, count)]
            let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
            for place in 0..<4 {
                result.append(place <= group.count ? alphabet[bits >> (18 - 6 * place) & 63] : UInt8(ascii: "="))
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
