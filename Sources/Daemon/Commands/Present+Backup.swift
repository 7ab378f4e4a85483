import JSON

extension Present {
    static func backup(_ result: JSONValue) -> String {
        let reused = result["reusedFiles"]?.integer ?? 0
        let lent = reused > 0 ? ", \(reused) of its files linked from the earlier one" : ""
        let found = findings(of: result)
        let verdict = found.isEmpty ? "is whole" : "is kept, with \(found.count) findings"
        return
            (found + [
                "The backup \(cell(result["folder"])) \(verdict): \(contents(result))\(lent), read back and checked"
                    + speed(result) + "."
            ]).joined(separator: "\n")
    }

    static func verified(_ result: JSONValue) -> String {
        let found = findings(of: result)
        let verdict =
            found.isEmpty
            ? "The backup is whole: \(contents(result)), of \(cell(result["endedAt"]))\(speed(result))."
            : "The backup is damaged: \(found.count) findings."
        return (found + [verdict]).joined(separator: "\n")
    }

    static func restored(_ result: JSONValue) -> String {
        var lines = findings(of: result)
        lines.append("Restored \(contents(result)), as of \(cell(result["begunAt"]))\(speed(result)).")
        lines.append(
            "Every device reads everything again. Devices revoked since the backup may sign in again: look at them.")
        let maildrops = (result["maildropsWithoutPassword"]?.array ?? []).map {
            "  \(cell($0["user"])) / \(cell($0["name"]))"
        }
        if !maildrops.isEmpty {
            let key = result["isKeyNew"]?.bool == true ? "There was no key file, so a new one was made." : ""
            lines.append(
                "\(key) These maildrops need their password again (restante maildrop set NAME --password):".trimmed)
            lines += maildrops
        }
        return lines.joined(separator: "\n")
    }

    /// A result with findings is bad data.
    static func findingsStatus(_ result: JSONValue) -> CommandError.Status? {
        result["findings"]?.array?.isEmpty == false ? .data : nil
    }

    static func findings(of result: JSONValue) -> [String] {
        (result["findings"]?.array ?? []).map { "\(cell($0["place"])): \(cell($0["description"]))" }
    }

    private static func contents(_ result: JSONValue) -> String {
        "\(cell(result["accounts"])) accounts, \(cell(result["emails"])) emails, "
            + megabytes(result["octets"]?.integer ?? 0)
    }

    private static func speed(_ result: JSONValue) -> String {
        guard let milliseconds = result["milliseconds"]?.integer else { return "" }
        return " in \(Double(milliseconds) / 1000) s"
    }

    static func megabytes(_ octets: Int64) -> String {
        String(Double(Int(Double(octets) / 100_000)) / 10) + " MB"
    }

    /// What a command has done so far, on one line.
    static func progress(_ progress: JSONValue) -> String {
        guard let step = progress["step"]?.string else {
            return "\(cell(progress["stored"])) stored, \(cell(progress["pending"])) to come"
        }
        var text = step
        if let account = progress["account"]?.integer, let accounts = progress["accounts"]?.integer, accounts > 1 {
            text += " account \(account) of \(accounts)"
        }
        if let messages = progress["messages"]?.integer { text += " \(messages) messages" }
        if let octets = progress["octets"]?.integer { text += ", \(megabytes(octets))" }
        if let total = progress["total"]?.integer { text += " of \(megabytes(total))" }
        return text
    }
}
