import Foundation
import HTTPServer
import JSON
import MailModel
import MailStore
import ServiceLifecycle
import Synchronization
import TestSupport
import Testing

@testable import Daemon

struct ControlTests {
    private let folder: ServerFolder

    init() throws { folder = try ServerFolder() }

    private func user(_ name: String) -> JSONObject {
        JSONValue.object(["name": .string(name), "password": .string("correct horse")]).object ?? JSONObject()
    }

    @Test func aCommandWorksBeforeTheDaemonThroughItAndAfterIt() async throws {
        let runner = folder.runner
        let (_, before) = try await runner.run("user.add", user("ada"))
        #expect(before == .thisProcess)
        try await folder.serving { _, _ in
            let (made, during) = try await runner.run("user.add", user("ben"))
            #expect(during == .daemon && made["role"]?.string == "member")
            let (status, _) = try await runner.run("status", .init())
            #expect(status["isServing"]?.bool == true)
        }
        let (list, after) = try await runner.run("user.list", .init())
        #expect(after == .thisProcess)
        #expect(list.array?.compactMap { $0["name"]?.string } == ["ada", "ben"])
        #expect(access(folder.settings.dataDirectory + "/control.sock", F_OK) != 0)
    }

    @Test func anErrorOfTheDaemonIsTheSameAsOneOfTheCommand() async throws {
        let runner = folder.runner
        _ = try await runner.run("user.add", user("ada"))
        let here = await error { try await runner.run("user.add", user("ada")) }
        try await folder.serving { _, _ in
            let there = await error { try await runner.run("user.add", user("ada")) }
            #expect(there == here && here.status == .data)
        }
    }

    @Test func requestsOnOneConnectionAreAnsweredInTurn() async throws {
        let socket = try ControlSocket(dataDirectory: folder.settings.dataDirectory)
        try await folder.serving { _, _ in
            let descriptor = try #require(try socket.connect())
            defer { close(descriptor) }
            let channel = LineChannel(descriptor)
            for line in [#"{"verb":"user.list"}"#, #"{"verb":"nope"}"#, "nonsense", #"{"verb":"user.add"}"#] {
                channel.write(line: Array(line.utf8))
            }
            #expect(try answer(channel)["result"]?.array?.isEmpty == true)
            #expect(try answer(channel)["error", "message"]?.string == "There is no verb nope.")
            #expect(try answer(channel)["error", "status"]?.string == "usage")
            #expect(try answer(channel)["error", "message"]?.string == "password is missing.")
        }
    }

    @Test func theSeventeenthConnectionIsToldThatTheDaemonIsBusy() async throws {
        let socket = try ControlSocket(dataDirectory: folder.settings.dataDirectory)
        let runner = folder.runner
        try await folder.serving { _, _ in
            var open: [Int32] = []
            defer { for descriptor in open { close(descriptor) } }
            for _ in 0..<ControlServer.mostConnections {
                let descriptor = try #require(try socket.connect())
                open.append(descriptor)
                let line = try await Blocking.run {
                    let channel = LineChannel(descriptor)
                    channel.write(line: Array(#"{"verb":"user.list"}"#.utf8))
                    return channel.readLine()
                }
                #expect(try JSONParser.parse(try #require(line))["result"] != nil)
            }
            let busy = await error { try await runner.run("user.list", .init()) }
            #expect(busy.status == .temporary && busy.message.contains("16 commands"))
        }
    }

    @Test func aClientThatReadsNothingHoldsUpNoEnd() async throws {
        let socket = try ControlSocket(dataDirectory: folder.settings.dataDirectory)
        _ = try await folder.runner.run("user.add", user("ada"))
        let text = String(repeating: "x", count: 2_000_000)
        try await folder.serving { _, _ in
            let descriptor = try #require(try socket.connect())
            defer { close(descriptor) }
            // More than sockets hold: the answer waits for a reader who never comes.
            let echo = #"{"verb":"call","arguments":{"method":"Core/echo","arguments":{"a":"\#(text)"}}}"#
            let isSent = try await Blocking.run { LineChannel(descriptor).write(line: Array(echo.utf8)) }
            #expect(isSent)
            // Answered after it.
            let other = try #require(try socket.connect())
            defer { close(other) }
            let line = try await Blocking.run {
                let second = LineChannel(other)
                second.write(line: Array(#"{"verb":"user.list"}"#.utf8))
                return second.readLine()
            }
            #expect(try JSONParser.parse(try #require(line))["result"] != nil)
        }
    }

    @Test func aGracefulEndWaitsForNoClient() async throws {
        let store = try await MailStore.open(folder.settings.storeOptions, logger: ServerFolder.silence)
        let ada = try await store.createUser(name: "ada", password: Secret("correct horse"))
        #expect(ada.name == "ada")
        let context = VerbContext(
            store: store, settings: folder.settings, polling: .service(store), isServing: true, clock: SystemClock.now)
        let socket = try ControlSocket(dataDirectory: folder.settings.dataDirectory)
        let control = try ControlServer(socket, context: context, logger: ServerFolder.silence)
        let group = ServiceGroup(
            configuration: .init(services: [.init(service: control)], logger: ServerFolder.silence))
        async let end: Void = group.run()
        let text = String(repeating: "x", count: 2_000_000)
        let descriptor = try #require(try socket.connect())
        defer { close(descriptor) }
        let echo = #"{"verb":"call","arguments":{"method":"Core/echo","arguments":{"a":"\#(text)"}}}"#
        let isSent = try await Blocking.run { LineChannel(descriptor).write(line: Array(echo.utf8)) }
        #expect(isSent)
        await group.triggerGracefulShutdown()
        try await end
        await store.close()
    }

    @Test func whatIsDoneForAClientThatGoesAwayIsCancelled() async {
        let work = ClientsWork()
        let first = await work.run { 1 }
        #expect(first == 1)
        let (begun, begin) = AsyncStream.makeStream(of: Void.self)
        async let result = work.run { () async -> Bool in
            begin.finish()
            await untilCancelled()
            return Task.isCancelled
        }
        for await _ in begun {}
        work.end()
        let (wasCancelled, second) = (await result, await work.run { 2 })
        #expect(wasCancelled == true)
        #expect(second == nil)
    }

    @Test func anAnswerOfManyValuesArrives() async throws {
        let numbers = String(repeating: "1,", count: 1_000_000) + "1"
        let line = Array(#"{"result":[\#(numbers)]}"#.utf8)
        #expect(try JSONParser.parse(line, limits: .ours(line))["result"]?.array?.count == 1_000_001)
    }

    @Test func theSocketIsForItsOwnerAlone() async throws {
        let path = folder.settings.dataDirectory + "/control.sock"
        try await folder.serving { _, _ in
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            #expect(attributes[.posixPermissions] as? Int == 0o600)
        }
    }

    @Test func aDeadDaemonsSocketIsInNobodysWay() async throws {
        _ = try await folder.runner.run("user.add", user("ada"))
        let socket = try ControlSocket(dataDirectory: folder.settings.dataDirectory)
        close(try socket.listen())
        #expect(try socket.connect() == nil)
        #expect(try await folder.runner.run("user.list", .init()).1 == .thisProcess)
        let runner = folder.runner
        try await folder.serving { _, _ in
            let performer = try await runner.run("user.list", .init()).1
            #expect(performer == .daemon)
        }
    }

    @Test func aDirectoryThatAnotherCommandOwnsIsATemporaryFailure() async throws {
        let store = try await MailStore.open(folder.settings.storeOptions, logger: ServerFolder.silence)
        let command = await error { try await folder.runner.run("user.list", .init()) }
        #expect(command.status == .temporary)
        let server = folder.server()
        let daemon = await error { try await server.run() }
        #expect(daemon.status == .temporary)
        await store.close()
    }

    @Test func aPathTooLongForASocketIsRefusedWithBothNumbers() {
        let longest = "/" + String(repeating: "d", count: 100 - "/control.sock".count - 1)
        #expect(throws: Never.self) { try ControlSocket(dataDirectory: longest) }
        let error = #expect(throws: CommandError.self) { try ControlSocket(dataDirectory: longest + "d") }
        #expect(error?.message.contains("has 101 octets") == true && error?.message.contains("100") == true)
    }

    @Test func systemdIsToldWhenEverythingListensAndOfTheEnd() async throws {
        let path = folder.folder.path("notify")
        let descriptor = try datagramSocket(at: path)
        defer { close(descriptor) }
        let place = Mutex("")
        try await folder.serving(environment: ["NOTIFY_SOCKET": path]) { _, addresses in
            #expect(addresses.http.count == 1)
            place.withLock { $0 = "http=\(addresses.http[0]) pop3=\(addresses.pop3[0])" }
        }
        let said = (0..<2).map { _ in
            var buffer = [UInt8](repeating: 0, count: 200)
            let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
            return String(decoding: buffer[..<max(0, count)], as: UTF8.self)
        }
        #expect(said[1] == "STOPPING=1\n")
        #expect(said[0] == "READY=1\nSTATUS=Listening: \(place.withLock { $0 })\n")
    }

    @Test func aPortThatIsTakenEndsTheDaemonWithASentence() async throws {
        let another = try ServerFolder()
        try await folder.serving { _, addresses in
            var other = another
            other.settings.http.listen.port = addresses.http[0].port
            let server = other.server()
            let error = await error { try await server.run() }
            #expect(error.status == .unavailable && error.message.contains("is the port taken?"))
        }
    }

    private func answer(_ channel: LineChannel) throws -> JSONValue {
        try JSONParser.parse(try #require(channel.readLine()))
    }

    private func datagramSocket(at path: String) throws -> Int32 {
        #if canImport(Glibc)
            let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        #else
            let descriptor = socket(AF_UNIX, SOCK_DGRAM, 0)
        #endif
        #expect(withUnixAddress(path) { bind(descriptor, $0, $1) } == 0)
        return descriptor
    }
}

/// The error of `body`, as the command line tells it.
func error(_ body: () async throws -> some Any) async -> CommandError {
    do {
        _ = try await body()
        return CommandError(.software, "no error")
    } catch {
        return CommandError(error)
    }
}
