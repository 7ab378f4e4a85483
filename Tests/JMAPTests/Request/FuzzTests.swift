import JMAP
import JSON
import MailModel
import TestSupport
import Testing

/// Requests nobody means: the server answers each with a response or a request error, and the store stays consistent.
@Suite struct FuzzTests {
    @Test func mutatedRequestsAreAnsweredAndHarmNothing() async throws {
        try await World.with { world async throws in
            let email = try await world.alice.deliver(Sample.rich)
            let names = try await RequestCorpus.names(in: world, email: email)
            let seeds = try RequestCorpus.requests()
            var random = SeededRandom(seed: SeededRandom.seed)
            for round in 0..<SeededRandom.rounds {
                var calls: [JSONValue] = []
                for _ in 0..<Int.random(in: 1...3, using: &random) {
                    let seed = names.filled(into: seeds.randomElement(using: &random) ?? "[]")
                    calls += (try json(seed).array ?? []).map { RequestMutation.mutated($0, using: &random) }
                }
                try await Self.send(calls, world, round)
            }
        }
    }

    private static func send(_ calls: [JSONValue], _ world: World, _ round: Int) async throws {
        let body = RequestCorpus.body(of: calls)
        do {
            let response = try await world.server.respond(to: body, principal: world.alice.principal)
            let answers = try JSONParser.parse(response, limits: .init(depth: 512))["methodResponses"]
            #expect((answers.array?.count ?? 0) >= calls.count, "round \(round) of seed \(SeededRandom.seed)")
            for answer in answers.array ?? [] {
                #expect(answer[1]["type"] != "serverFail", "\(String(decoding: body, as: UTF8.self))")
            }
        } catch is RequestError {
            // A mutation that left no Request object.
        }
    }

    @Test func whatWasFoundOnceIsAnswered() async throws {
        try await World.with { world async throws in
            let email = try await world.alice.deliver(Sample.rich)
            let names = try await RequestCorpus.names(in: world, email: email)
            for (number, request) in try RequestCorpus.requests().enumerated() {
                try await Self.send(try json(names.filled(into: request)).array ?? [], world, number)
            }
        }
    }

    @Test func requestsOfRandomOctetsAreRefused() async throws {
        try await World.with { world async throws in
            var random = SeededRandom(seed: SeededRandom.seed)
            let valid = Array(
                #"{"using":["urn:ietf:params:jmap:core"],"methodCalls":[["Core/echo",{"a":[1,"b"]},"c"]]}"#.utf8)
            for _ in 0..<SeededRandom.rounds {
                var body = valid
                for _ in 0..<Int.random(in: 1...5, using: &random) where !body.isEmpty {
                    let place = Int.random(in: 0..<body.count, using: &random)
                    switch Int.random(in: 0..<3, using: &random) {
                    case 0: body[place] = UInt8.random(in: 0...255, using: &random)
                    case 1: body.remove(at: place)
                    default: body.removeSubrange(place...)
                    }
                }
                let response = try? await world.server.respond(to: body, principal: world.alice.principal)
                if let response { _ = try JSONParser.parse(response) }
            }
        }
    }
}
