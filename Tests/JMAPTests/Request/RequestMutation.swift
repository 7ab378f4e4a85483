import JSON
import TestSupport

/// Requests that are a little other than they were.
enum RequestMutation {
    /// Replaces, removes, doubles or renames something, somewhere.
    static func mutated(_ value: JSONValue, using random: inout SeededRandom) -> JSONValue {
        switch value {
        case .array(var items) where !items.isEmpty && Int.random(in: 0..<8, using: &random) > 0:
            let index = Int.random(in: 0..<items.count, using: &random)
            switch Int.random(in: 0..<10, using: &random) {
            case 0: items.remove(at: index)
            case 1: items.append(items[index])
            default: items[index] = mutated(items[index], using: &random)
            }
            return .array(items)
        case .object(var object) where !object.isEmpty && Int.random(in: 0..<8, using: &random) > 0:
            guard let member = object.members.randomElement(using: &random) else { return value }
            switch Int.random(in: 0..<10, using: &random) {
            case 0: object[member.key] = nil
            case 1:
                object[member.key] = nil
                object[RandomWords.word(using: &random)] = member.value
            case 2: object[RandomWords.word(using: &random)] = RandomWords.value(using: &random)
            default: object[member.key] = mutated(member.value, using: &random)
            }
            return .object(object)
        case .null, .bool, .integer, .double, .string, .array, .object:
            return RandomWords.value(using: &random)
        }
    }
}

/// Names and values that mean something to some method, and some that mean nothing to any.
enum RandomWords {
    private static let words = [
        "ids", "properties", "filter", "sort", "update", "create", "destroy", "#ids", "accountId", "keywords",
        "keywords/$x",
        "mailboxIds", "mailboxIds/m1", "position", "anchor", "#a", "", "/", "~", "é", "\u{0}", "name", "parentId",
        "role",
        "inMailbox", "operator", "conditions", "text", "header:X:all", "id", "from/0", "blobId", "password",
    ]

    static func word(using random: inout SeededRandom) -> String { words.randomElement(using: &random) ?? "" }

    static func value(using random: inout SeededRandom) -> JSONValue {
        switch Int.random(in: 0..<11, using: &random) {
        case 0: .null
        case 1: .bool(Bool.random(using: &random))
        case 2: .integer(0)
        case 3: .integer(-JSONValue.largestInteger)
        case 4: .integer(JSONValue.largestInteger)
        case 5: .double(-1.5e300)
        case 6: .array([])
        case 7: .object(JSONObject())
        case 8: .string(["e1", "m1", "t1", "p1", "m999", "-1", "s0-0"].randomElement(using: &random) ?? "")
        case 9: .array([.string(word(using: &random)), .integer(1)])
        default: .string(word(using: &random))
        }
    }
}
