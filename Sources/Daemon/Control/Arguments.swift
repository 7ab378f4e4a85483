import JSON
import MailModel

/// What a verb was given: read by name and type, each misfit an error that names it.
struct Arguments: Sendable {
    let object: JSONObject

    func text(_ name: String) throws(CommandError) -> String {
        guard let text = try optionalText(name) else { throw CommandError(.usage, "\(name) is missing.") }
        return text
    }

    func optionalText(_ name: String) throws(CommandError) -> String? {
        guard let value = object[name], !value.isNull else { return nil }
        guard let text = value.string else { throw CommandError(.usage, "\(name) must be a text.") }
        return text
    }

    func secret(_ name: String) throws(CommandError) -> Secret? { try optionalText(name).map { Secret($0) } }

    func integer(_ name: String) throws(CommandError) -> Int? {
        guard let value = object[name], !value.isNull else { return nil }
        guard let number = value.integer else { throw CommandError(.usage, "\(name) must be a whole number.") }
        return Int(number)
    }

    func seconds(_ name: String) throws(CommandError) -> Duration? { try integer(name).map { .seconds($0) } }

    func flag(_ name: String) throws(CommandError) -> Bool? {
        guard let value = object[name], !value.isNull else { return nil }
        guard let flag = value.bool else { throw CommandError(.usage, "\(name) must be true or false.") }
        return flag
    }
}
