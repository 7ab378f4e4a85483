import JSON
import MailModel
import MailStore

/// docs/jmap-rules.md.
enum MailRuleProperty: String, RecordProperty {
    case id, name, isEnabled, sortOrder, conditions, actions, stops, problem
}

extension MailRule: Record {
    func write(_ property: MailRuleProperty, _ writer: inout JSONWriter) {
        switch property {
        case .id: writer.value(id)
        case .name: writer.value(settings.name)
        case .isEnabled: writer.value(settings.isEnabled)
        case .sortOrder: writer.value(optional: settings.sortOrder)
        case .conditions: settings.conditions.write(&writer)
        case .actions: settings.actions.write(&writer)
        case .stops: writer.value(settings.stops)
        case .problem: writer.value(optional: problem?.rawValue)
        }
    }
}

extension MailRuleSettings.Conditions {
    fileprivate func write(_ writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("from")
        writer.value(optional: from)
        writer.key("to")
        writer.value(optional: to)
        writer.key("subject")
        writer.value(optional: subject)
        writer.key("listId")
        writer.value(optional: list)
        writer.key("maildropId")
        writer.value(optional: maildrop)
        writer.endObject()
    }
}

extension MailRuleSettings.Actions {
    fileprivate func write(_ writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("mailboxId")
        writer.value(optional: mailbox)
        writer.key("keywords")
        writer.beginObject()
        for keyword in keywords.sorted() {
            writer.key(text: keyword.name)
            writer.value(true)
        }
        writer.endObject()
        writer.key("isJunk")
        writer.value(isJunk)
        writer.endObject()
    }
}

extension Limits.Rules {
    /// The capability's value for an account.
    func write(_ writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("maxRules")
        writer.value(perAccount)
        writer.key("maxSizeValue")
        writer.value(valueOctets)
        writer.key("maxKeywords")
        writer.value(MailRuleBounds.keywords)
        writer.endObject()
    }
}
