import JSON

/// The arguments of a method call, taken one by one; whatever is left at the end is an argument that nobody knows, and
/// that is an error (RFC 8620 §3.8).
struct Arguments {
    private let object: JSONObject
    private var taken: Set<String> = []

    init(_ object: JSONObject) { self.object = object }

    /// All of them, for a method that takes any.
    var all: JSONObject { object }

    /// The argument `name`; nil when it is not given.
    private mutating func takeGiven(_ name: String) -> JSONValue? {
        taken.insert(name)
        return object[name]
    }

    /// The argument `name`; nil when it is null or not given.
    mutating func take(_ name: String) -> JSONValue? {
        guard let value = takeGiven(name), !value.isNull else { return nil }
        return value
    }

    /// Refuses arguments that are left.
    func end() throws {
        guard let member = object.members.first(where: { !taken.contains($0.key) }) else { return }
        throw MethodError.invalidArguments("There is no argument \(member.key.quoted).")
    }

    mutating func takeString(_ name: String) throws -> String {
        try demanded(takeOptionalString(name), name)
    }

    mutating func takeOptionalString(_ name: String) throws -> String? {
        guard let value = take(name) else { return nil }
        guard let text = value.string else { throw wrongType(name, "a string") }
        return text
    }

    /// `fallback` when it is not given. Null is not a Boolean.
    mutating func takeBool(_ name: String, default fallback: Bool) throws -> Bool {
        guard let value = takeGiven(name) else { return fallback }
        guard let flag = value.bool else { throw wrongType(name, "true or false") }
        return flag
    }

    /// RFC 8620 §1.3 Int; 0 when it is not given.
    mutating func takeInt(_ name: String) throws -> Int {
        guard let value = takeGiven(name) else { return 0 }
        guard let number = value.integer else { throw wrongType(name, "a whole number") }
        return Int(number)
    }

    /// RFC 8620 §1.3 UnsignedInt.
    mutating func takeOptionalUnsigned(_ name: String) throws -> Int? {
        guard let value = take(name) else { return nil }
        guard let number = value.integer, number >= 0 else { throw wrongType(name, "a whole number from 0 on") }
        return Int(number)
    }

    mutating func takeStrings(_ name: String) throws -> [String] {
        try demanded(takeOptionalStrings(name), name)
    }

    mutating func takeOptionalStrings(_ name: String) throws -> [String]? {
        guard let value = take(name) else { return nil }
        guard let items = value.array else { throw wrongType(name, "an array of strings") }
        return try items.map {
            guard let text = $0.string else { throw wrongType(name, "an array of strings") }
            return text
        }
    }

    /// The strings of an argument that stays to be taken.
    func peekStrings(_ name: String) throws -> [String]? {
        var copy = self
        return try copy.takeOptionalStrings(name)
    }

    mutating func takeObject(_ name: String) throws -> JSONObject {
        try demanded(takeOptionalObject(name), name)
    }

    mutating func takeOptionalObject(_ name: String) throws -> JSONObject? {
        guard let value = take(name) else { return nil }
        guard let object = value.object else { throw wrongType(name, "an object") }
        return object
    }

    private func demanded<Value>(_ value: Value?, _ name: String) throws -> Value {
        guard let value else { throw MethodError.invalidArguments("The argument \(name) is missing.") }
        return value
    }

    private func wrongType(_ name: String, _ type: String) -> MethodError {
        .invalidArguments("The argument \(name) is not \(type).")
    }
}
