import JSON
import MailModel
import MailStore

extension Method {
    /// docs/jmap-rules.md; RFC 8620 §5.3.
    static let mailRuleSet = Method(
        "MailRule/set", .rules,
        .write { call, writer in
            let arguments = try SetArguments(&call)
            try call.arguments.end()
            var set = MailRuleSet(writer: writer, createdIDs: call.createdIDs)
            try set.perform(arguments, &call)
        })
}

/// A rule is kept in one form, whatever form a client gave a condition in: what differs from what was said is told.
private struct MailRuleSet: CreatesEach, DestroysEach {
    static let type = DataType.mailRule
    private static let noun = "rule"
    /// Set by the server.
    private static let unsettable = ["id", "problem"]

    let writer: AccountWriter
    var createdIDs: CreatedIDs
    var result = SetResult()

    init(writer: AccountWriter, createdIDs: CreatedIDs) {
        self.writer = writer
        self.createdIDs = createdIDs
    }

    private func rule(_ id: String) throws -> MailRule {
        guard let rule = try MailRuleID(id).flatMap({ try writer.reader.mailRules([$0]).first }) else {
            throw SetError.notFound(Self.noun)
        }
        return rule
    }

    func create(_ record: JSONObject) throws -> (id: String, unsaid: [UInt8]) {
        for name in Self.unsettable where record[name] != nil {
            throw SetError.invalid(name, "Only the server sets \(name).")
        }
        let id = try writer.createMailRule(MailRuleSettings(record, createdIDs)).description
        let rule = try rule(id)
        return (id, rule.json(unsaidIn: try Self.kept(record, of: rule)))
    }

    mutating func update(_ patches: [(id: String, patch: JSONObject)], except destroyed: [String]) throws {
        let destroyed = Set(destroyed.compactMap { createdIDs.resolve($0) })
        for (reference, patch) in patches {
            let id = createdIDs.resolve(reference) ?? reference
            let outcome = Result<[UInt8]?, any Error> {
                let rule = try rule(id)
                guard !destroyed.contains(id) else {
                    throw SetError(.willDestroy, "The same call destroys this \(Self.noun).")
                }
                return try update(rule, patch)
            }
            try result.update(id, outcome)
        }
    }

    private func update(_ rule: MailRule, _ patch: JSONObject) throws -> [UInt8]? {
        let current = try rule.json()
        let patched = try PatchObject(patch).applied(to: current)
        for name in Self.unsettable where patched[name] != current[name] {
            throw SetError.invalid(name, "Only the server sets \(name).")
        }
        try writer.updateMailRule(rule.id, MailRuleSettings(patched, createdIDs))
        let new = try self.rule(rule.id.description)
        let said = try Self.kept(patched, of: new)
        let isAllSaid = MailRuleProperty.allCases.allSatisfy { said[$0.rawValue] != nil }
        return isAllSaid ? nil : new.json(unsaidIn: said)
    }

    func destroy(_ id: String) throws {
        guard let id = MailRuleID(id) else { throw SetError.notFound(Self.noun) }
        try writer.destroyMailRule(id)
    }

    /// Those members of `record` that are kept as they are.
    private static func kept(_ record: JSONObject, of rule: MailRule) throws -> JSONObject {
        let kept = try rule.json()
        var said = record
        for member in record.members where kept[member.key] != member.value { said[member.key] = nil }
        return said
    }
}
