import JSON
import TestSupport
import Testing

@Suite struct ObjectTests {
    @Test func behavesLikeADictionaryAtEverySize() {
        var random = SeededRandom(seed: SeededRandom.seed)
        for _ in 0..<SeededRandom.rounds {
            var object = JSONObject()
            var model: [String: Int64] = [:]
            for step in 0..<Int64(40) {
                let key = "k\(Int.random(in: 0..<16, using: &random))"
                switch Int.random(in: 0..<4, using: &random) {
                case 0:
                    object[key] = nil
                    model[key] = nil
                case 1:
                    #expect(object.insert(key, .integer(step)) == (model[key] == nil))
                    if model[key] == nil { model[key] = step }
                default:
                    object[key] = .integer(step)
                    model[key] = step
                }
            }
            #expect(object.count == model.count)
            #expect(object.members.allSatisfy { model[$0.key] == $0.value.integer })
            #expect(model.allSatisfy { object[$0.key]?.integer == $0.value })
        }
    }

    @Test func equalityIgnoresTheOrderOfMembersAndTheWayANumberIsHeld() throws {
        #expect(try parsed(#"{"a":1,"b":[2]}"#) == parsed(#"{"b":[2.0],"a":1e0}"#))
        #expect(try parsed(#"{"a":1}"#) != parsed(#"{"a":1,"b":null}"#))
        #expect(JSONValue.double(3) == .integer(3))
        #expect(JSONValue.string("\u{E9}") != .string("e\u{301}"))
    }

    @Test func givesAValueOnlyAsWhatItIs() {
        #expect(JSONValue.integer(JSONValue.largestInteger + 1).integer == nil)
        #expect(JSONValue.double(1.5).integer == nil)
        #expect(JSONValue.string("1").integer == nil)
        #expect(JSONValue.null.isNull && !JSONValue.bool(false).isNull)
    }
}
