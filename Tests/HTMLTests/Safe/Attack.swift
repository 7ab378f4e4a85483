import Foundation
import TestSupport

/// A line of `Tests/Corpus/html-attacks/attacks.jsonl`, told in the README there.
struct Attack: Decodable, Sendable, CustomStringConvertible {
    let id: String
    let `class`: String
    let effect: String
    let html: String
    let never: [String]

    var description: String { id }

    /// The message's HTML, with the beacon at a host of its own.
    var octets: [UInt8] {
        Array(
            html.replacingOccurrences(of: "{beaconHost}", with: "beacon.example/" + id)
                .replacingOccurrences(of: "{beacon}", with: "http://beacon.example/" + id).utf8)
    }

    static let all: [Attack] = {
        guard let octets = try? Repository.bytes(ofFile: Repository.corpus("html-attacks/attacks.jsonl")) else {
            return []
        }
        return octets.split(separator: 0x0A).compactMap { try? JSONDecoder().decode(Attack.self, from: Data($0)) }
    }()
}
