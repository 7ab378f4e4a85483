import JSON

/// Results as a person reads them.
enum Present {
    /// The members `columns` of each object, a row each.
    static func table(_ rows: JSONValue, _ columns: [String], empty: String) -> String {
        guard let objects = rows.array, !objects.isEmpty else { return empty }
        var table = Table(titles: columns.map(title))
        table.rows = objects.map { object in columns.map { cell(object[$0]) } }
        return table.text
    }

    private static func title(_ name: String) -> String {
        name.reduce(into: "") { text, character in
            if character.isUppercase { text.append(" ") }
            text.append(contentsOf: character.uppercased())
        }
    }

    static func cell(_ value: JSONValue?) -> String {
        switch value {
        case .string(let text): text
        case .integer(let number): String(number)
        case .bool(let flag): flag ? "yes" : "no"
        case .double(let number): String(number)
        case .null, .array, .object, nil: "-"
        }
    }

    static func maildrops(_ rows: JSONValue) -> String {
        let columns = ["user", "name", "host", "username", "state", "lastSuccessAt", "nextPollAt"]
        let text = table(rows, columns, empty: "No maildrop yet.")
        let fetching = (rows.array ?? []).compactMap { row -> String? in
            guard row["nextPollCause", "type"]?.string == "backFill" || row["state"]?.string == "polling",
                let pending = row["pending"]?.integer, pending > 0
            else { return nil }
            return
                "\(cell(row["name"])): \(cell(row["stored"])) of \(cell(row["held"])) messages are here, the rest follows."
        }
        let held = (rows.array ?? []).compactMap { row -> String? in
            guard let type = row["nextPollCause", "type"]?.string,
                ["hostBudget", "loginDelay", "serverLimit", "hostRule"].contains(type)
            else { return nil }
            return
                "\(cell(row["name"])): next poll \(cell(row["nextPollAt"])): \(cell(row["nextPollCause", "description"]))"
        }
        let failures = (rows.array ?? []).compactMap { row -> String? in
            guard let description = row["error", "description"]?.string else { return nil }
            return "\(cell(row["name"])): since \(cell(row["error", "since"])): \(description)"
        }
        let full = (rows.array ?? []).flatMap { row in
            (row["notices"]?.array ?? []).filter { $0["type"]?.string == "overQuota" }
                .map { "\(cell(row["name"])): \(cell($0["description"]))" }
        }
        return ([text] + fetching + held + full + failures).joined(separator: "\n")
    }

    static func maildrop(_ shown: JSONValue) -> String {
        let lines = (shown.object?.members ?? []).compactMap { member -> String? in
            switch member.value {
            case .array, .null: nil
            case .object: "\(member.key): \(cell(member.value["description"]))"
            default: "\(member.key): \(cell(member.value))"
            }
        }
        var text = lines.joined(separator: "\n")
        for notice in shown["notices"]?.array ?? [] { text += "\nnotice: \(cell(notice["description"]))" }
        if let polls = shown["polls"] {
            text += "\n\n" + table(polls, ["endedAt", "listed", "fetched", "idlePolls"], empty: "Not polled yet.")
        }
        if let held = shown["notStored"], held.array?.isEmpty == false {
            text += "\n\n" + table(held, ["uniqueId", "octets", "state", "reason"], empty: "")
        }
        return text
    }

    static func poll(_ record: JSONValue) -> String {
        if let description = record["error", "description"]?.string { return "The poll failed: \(description)" }
        return
            "\(cell(record["listed"])) messages in the maildrop, \(cell(record["fetched"])) of them new, "
            + "\(cell(record["octets"])) octets."
    }

    static func findings(_ findings: JSONValue) -> String {
        (findings.array ?? []).map { finding in
            let mark =
                switch finding["severity"]?.string {
                case "fine": "ok      "
                case "warning": "warning "
                default: "FAILED  "
                }
            let advice = finding["advice"]?.string.map { "\n          What to do: " + $0 } ?? ""
            return mark + cell(finding["step"]) + ": " + cell(finding["description"]) + advice
        }.joined(separator: "\n")
    }

    static func hasFailure(_ findings: JSONValue) -> Bool {
        findings.array?.contains { $0["severity"]?.string == "failure" } == true
    }

    static func status(_ status: JSONValue) -> String {
        let disk = Double(status["diskOctets"]?.integer ?? 0) / 1_000_000
        let rounded = String(Double(Int(disk * 10)) / 10)
        var lines = [
            status["isServing"]?.bool == true ? "The daemon is running." : "No daemon is running: nothing is polled.",
            "\(cell(status["users"])) users, \(rounded) MB on disk.",
        ]
        lines += (status["setAside"]?.array ?? []).map { "Set aside, of no account: \(cell($0))" }
        lines += outgoing(status["outgoing"])
        lines.append(maildrops(status["maildrops"] ?? .null))
        return lines.joined(separator: "\n")
    }

    /// A line for what waits to be sent and one for what is in doubt, where there is any.
    private static func outgoing(_ count: JSONValue?) -> [String] {
        let (waiting, inDoubt) = (count?["waiting"]?.integer ?? 0, count?["inDoubt"]?.integer ?? 0)
        var lines: [String] = []
        if waiting > 0 { lines.append("\(waiting) messages wait to be sent.") }
        if inDoubt > 0 {
            lines.append("\(inDoubt) messages are in doubt: say of each whether it arrived or is to be sent again.")
        }
        return lines
    }

    static func storeReport(_ report: JSONValue) -> String {
        let counts = (report["counts"]?.object?.members ?? []).map { "\($0.key) \(cell($0.value))" }
        let findings = (report["findings"]?.array ?? []).map { "\(cell($0["place"])): \(cell($0["description"]))" }
        let notices = (report["notices"]?.array ?? []).map { cell($0) }
        let verdict = findings.isEmpty ? "The store is consistent" : "\(findings.count) findings"
        return (findings + notices + ["\(verdict): \(counts.joined(separator: ", "))."]).joined(separator: "\n")
    }

    /// With a new line and two spaces for each level.
    static func json(_ value: JSONValue, indent: String = "") -> String {
        let inner = indent + "  "
        switch value {
        case .object(let object) where !object.isEmpty:
            let members = object.members.map { member in
                inner + quoted(member.key) + ": " + json(member.value, indent: inner)
            }
            return "{\n" + members.joined(separator: ",\n") + "\n" + indent + "}"
        case .array(let items) where !items.isEmpty:
            return "[\n" + items.map { inner + json($0, indent: inner) }.joined(separator: ",\n") + "\n" + indent + "]"
        default:
            return String(decoding: value.line, as: UTF8.self)
        }
    }

    private static func quoted(_ text: String) -> String {
        String(decoding: JSONValue.string(text).line, as: UTF8.self)
    }
}
