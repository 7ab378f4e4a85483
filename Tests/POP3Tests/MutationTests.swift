import MailModel
import NIOCore
import Testing

@testable import POP3

/// Conversations with octets changed, dropped, repeated and moved: neither machine may trap, hang, or tell differently
/// in another cut.
@Suite struct MutationTests {
    /// For each of some sixty conversations.
    static let rounds = max(1, SeededRandom.rounds / 50)

    private static func limits() -> Limits.POP3Client {
        var limits = Limits.POP3Client()
        limits.replyLine = 300
        limits.listingMessages = 20
        limits.listingOctets = 1000
        limits.message = 1000
        limits.windowMessages = 4
        return limits
    }

    static func mutated(_ bytes: [UInt8], _ random: inout SeededRandom) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
            let place = Int.random(in: 0..<bytes.count, using: &random)
            let end = min(bytes.count, place + Int.random(in: 1...20, using: &random))
            switch Int.random(in: 0..<7, using: &random) {
            case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
            case 1: bytes.removeSubrange(place..<end)
            case 2: bytes.insert(contentsOf: bytes[place..<end], at: place)
            case 3: bytes.insert(contentsOf: random.bytes(8, from: Array(".\r\n +-OKER19\0\u{FF}".utf8)), at: place)
            case 4: bytes.insert(contentsOf: "99999999999999999999".utf8, at: place)
            case 5: bytes.insert(contentsOf: [UInt8](repeating: 65, count: 400), at: place)
            default: bytes.replaceSubrange(place..<end, with: bytes[place..<end].reversed())
            }
        }
        return bytes
    }

    @Test(arguments: TranscriptTests.client) func aClientSurvivesAnyServer(_ transcript: Transcript) {
        var random = SeededRandom(seed: 7)
        for round in 0..<Self.rounds {
            let bytes = Self.mutated(transcript.octets(ofServer: true), &random)
            let whole = Self.told(transcript, bytes, .whole)
            for cuts in [Cuts.bytes, .random(seed: UInt64(round))] {
                #expect(Self.told(transcript, bytes, cuts) == whole, "\(Transcript.escape(bytes)), \(cuts)")
            }
        }
    }

    /// What a client tells of octets that come in one stream, as if TLS were never asked for.
    private static func told(_ transcript: Transcript, _ bytes: [UInt8], _ cuts: Cuts) -> [String] {
        var plain = transcript
        plain.settings.removeAll { $0.name == "security" }
        var replay = ClientReplay(plain, limits: limits())
        for piece in cuts.pieces(of: bytes) { replay.feed(piece) }
        replay.close()
        return replay.events + [Transcript.escape(replay.sent)]
    }

    @Test(arguments: TranscriptTests.server) func aServerSurvivesAnyClient(_ transcript: Transcript) {
        var random = SeededRandom(seed: 8)
        var plain = transcript
        plain.settings.removeAll { $0.name == "security" }
        for round in 0..<Self.rounds {
            let bytes = Self.mutated(transcript.octets(ofServer: false), &random)
            var whole: [String]?
            for cuts in [Cuts.whole, .bytes, .random(seed: UInt64(round))] {
                var replay = ServerReplay(plain, cuts: cuts)
                replay.drain()
                for piece in cuts.pieces(of: bytes) { replay.feed(piece) }
                replay.close()
                let told = replay.events + [Transcript.escape(replay.sent)]
                #expect(told == whole ?? told, "\(Transcript.escape(bytes)), \(cuts)")
                #expect(replay.events.last == "close")
                whole = told
            }
        }
    }

    /// Our two ends understand each other, whatever the messages hold.
    @Test func theTwoMachinesCarryAnyMessages() throws {
        var random = SeededRandom(seed: 9)
        for _ in 0..<40 {
            let messages = (0..<Int.random(in: 0...20, using: &random)).map { _ in StuffingTests.text(&random) }
            let setting = messages.map { "@message \(Transcript.escape($0))\n" }.joined()
            let orders = "@order UIDL\n@order LIST\n" + messages.indices.map { "@order RETR \($0 + 1) 100\n" }.joined()
            let transcript = try Transcript(name: "pair", text: setting + orders + "@order QUIT\n")
            var server = ServerReplay(transcript, cuts: .random(seed: random.next()))
            var client = ClientReplay(transcript)
            var toClient = 0
            var toServer = 0
            server.drain()
            while toClient < server.sent.count || toServer < client.sent.count {
                let more = Array(server.sent[toClient...])
                toClient = server.sent.count
                for piece in Cuts.random(seed: random.next()).pieces(of: more) { client.feed(piece) }
                let orders = Array(client.sent[toServer...])
                toServer = client.sent.count
                for piece in Cuts.random(seed: random.next()).pieces(of: orders) { server.feed(piece) }
            }
            #expect(server.events == ["update", "close"])
            #expect(client.events.last == "finished")
            for (index, message) in messages.enumerated() {
                let isWhole = message.isEmpty || message.suffix(2) == [13, 10]
                let expected = isWhole ? message : message + [13, 10]
                #expect(
                    client.events.contains("message \(index + 1) \(expected.count) \(Transcript.escape(expected))"))
            }
        }
    }
}
