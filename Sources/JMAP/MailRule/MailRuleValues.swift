import JSON
import MailModel
import MailStore

extension MailRuleSettings {
    /// Reads a rule as a client gives it; what is not there, or null, has its default.
    init(_ object: JSONObject, _ createdIDs: CreatedIDs) throws {
        for member in object.members where MailRuleProperty(rawValue: member.key) == nil {
            throw SetError.invalid(member.key, "Rules have no property \(member.key.quoted).")
        }
        let values = RuleValues(object: object, property: nil, createdIDs: createdIDs)
        self.init(
            name: try values.text("name") ?? "", isEnabled: try values.flag("isEnabled") ?? true,
            sortOrder: try values.number("sortOrder"), conditions: try Self.conditions(values),
            actions: try Self.actions(values), stops: try values.flag("stops") ?? false)
    }

    private static func conditions(_ values: RuleValues) throws -> Conditions {
        let values = try values.inner("conditions", ["from", "to", "subject", "listId", "maildropId"])
        return Conditions(
            from: try values.text("from"), to: try values.text("to"), subject: try values.text("subject"),
            list: try values.text("listId"), maildrop: try values.id("maildropId"))
    }

    private static func actions(_ values: RuleValues) throws -> Actions {
        let values = try values.inner("actions", ["mailboxId", "keywords", "isJunk"])
        return Actions(
            mailbox: try values.id("mailboxId"), keywords: try values.keywords(),
            isJunk: try values.flag("isJunk") ?? false)
    }
}

/// The members of a rule, or of one of its properties: of that one errors tell.
private struct RuleValues {
    let object: JSONObject
    let property: String?
    let createdIDs: CreatedIDs

    /// The object that a property is.
    func inner(_ name: String, _ known: [String]) throws -> RuleValues {
        guard let object = value(name)?.object else {
            throw SetError.invalid(name, "A rule has \(name), an object.")
        }
        for member in object.members where !known.contains(member.key) {
            throw SetError.invalid(name, "There is no \(member.key.quoted) in \(name) of a rule.")
        }
        return RuleValues(object: object, property: name, createdIDs: createdIDs)
    }

    func text(_ name: String) throws -> String? {
        try value(name).map { value in
            guard let text = value.string else { throw invalid(name, "a string") }
            return text
        }
    }

    func flag(_ name: String) throws -> Bool? {
        try value(name).map { value in
            guard let flag = value.bool else { throw invalid(name, "true or false") }
            return flag
        }
    }

    func number(_ name: String) throws -> Int? {
        try value(name).map { value in
            guard let number = value.integer.flatMap({ Int(exactly: $0) }) else {
                throw invalid(name, "a whole number")
            }
            return number
        }
    }

    /// `#` and a creation id stand for what an earlier call of the request created.
    func id<ID: EntityID>(_ name: String) throws -> ID? {
        try value(name).map { value in
            guard let id = value.string.flatMap({ createdIDs.resolve($0) }).flatMap({ ID($0) }) else {
                throw SetError.invalid(property ?? name, "There is nothing with the id that \(name) has.")
            }
            return id
        }
    }

    func keywords() throws -> Set<Keyword> {
        do { return try EmailValues.keywords(value("keywords")) } catch let error as SetError {
            throw SetError.invalid(property ?? "keywords", error.description)
        }
    }

    private func value(_ name: String) -> JSONValue? { object[name].flatMap { $0.isNull ? nil : $0 } }

    private func invalid(_ name: String, _ kind: String) -> SetError {
        SetError.invalid(property ?? name, "\(name) is \(kind).")
    }
}
