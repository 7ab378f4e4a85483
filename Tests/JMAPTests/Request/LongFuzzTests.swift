import JMAP
import JSON
import TestSupport
import Testing

/// As long as RESTANTE_FUZZ_SECONDS says: requests that grow from those that were answered in ways not seen before.
@Suite(.enabled(if: FuzzRun.seconds != nil)) struct LongFuzzTests {
    /// A store is left for a new one after so many requests, before it has grown slow.
    private static let roundsOfAWorld = 2_000

    @Test func mutatedRequestsNeitherCrashNorHangNorFill() async throws {
        var run = try FuzzRun("jmap", seconds: FuzzRun.seconds ?? 0)
        var random = SeededRandom(seed: SeededRandom.seed)
        let corpus = try RequestCorpus.requests()
        var grown: [String] = []
        while !run.isOver {
            try await World.with { world async throws in
                let email = try await world.alice.deliver(Sample.rich)
                let names = try await RequestCorpus.names(in: world, email: email)
                for _ in 0..<Self.roundsOfAWorld where !run.isOver {
                    let seeds = grown.isEmpty || Int.random(in: 0..<3, using: &random) == 0 ? corpus : grown
                    var calls: [JSONValue] = []
                    for _ in 0..<Int.random(in: 1...2, using: &random) {
                        calls += try json(names.filled(into: seeds.randomElement(using: &random) ?? "[]")).array ?? []
                    }
                    calls = calls.prefix(8).map { call in
                        Bool.random(using: &random) ? RequestMutation.mutated(call, using: &random) : call
                    }
                    let before = run.kept.count
                    let request = names.taken(outOf: Self.text(calls))
                    try await run.try(Array(request.utf8)) { try await Self.send(calls, world) }
                    if run.kept.count > before { grown.append(request) }
                }
            }
        }
        let peak = FuzzRun.peakMemory
        print(
            "\(run.rounds) requests, \(run.kept.count) of them new, seed \(SeededRandom.seed), \(peak / 1_000_000) MB")
        #expect(peak < FuzzRun.mostMemory)
    }

    private static func text(_ calls: [JSONValue]) -> String {
        var writer = JSONWriter()
        writer.value(.array(calls))
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    /// By method: the errors that it was answered with, of whole calls and of single records, digits and names aside.
    private static func send(_ calls: [JSONValue], _ world: World) async throws -> Set<String> {
        let body = RequestCorpus.body(of: calls)
        do {
            let response = try await world.server.respond(to: body, principal: world.alice.principal)
            let answers = try JSONParser.parse(response, limits: .init(depth: 512))["methodResponses"].array ?? []
            #expect(answers.count >= calls.count, "\(String(decoding: body, as: UTF8.self))")
            return Set(zip(calls, answers).flatMap { call, answer in words(of: answer, to: call[0].string ?? "") })
        } catch let error as RequestError {
            return ["\(error.kind)"]
        }
    }

    private static func words(of answer: JSONValue, to method: String) -> [String] {
        guard answer[0] == "error" else {
            return ["notCreated", "notUpdated", "notDestroyed"].flatMap { map in
                (answer[1][map].object?.members ?? []).map { "\(method) \(map) \(shape($0.value))" }
            } + ["\(method) \(answer[1].keys.joined(separator: ","))"]
        }
        #expect(answer[1]["type"] != "serverFail", "\(answer[1]["description"].string ?? "")")
        return ["\(method) \(shape(answer[1]))"]
    }

    /// The type of an error and the sentence that goes with it, without what was quoted and counted.
    private static func shape(_ error: JSONValue) -> String {
        let sentence = error["description"].string ?? ""
        let plain = sentence.split(separator: "\"", omittingEmptySubsequences: false).enumerated()
            .filter { $0.offset.isMultiple(of: 2) }.map(\.element).joined()
        return "\(error["type"].string ?? "") \(plain.filter { !$0.isNumber }.prefix(60))"
    }
}
