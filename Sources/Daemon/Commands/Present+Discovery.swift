import JSON

extension Present {
    /// What a search for a server found, and where it looked.
    static func discovery(_ report: JSONValue) -> String {
        var lines = (report["steps"]?.array ?? []).map { "\(cell($0["place"])): \(cell($0["outcome"]))" }
        if let chosen = report["chosen"] {
            lines.append("Found: " + server(chosen))
            if let submission = report["submission"] { lines.append("For sending: " + server(submission)) }
        } else {
            lines.append("No POP3 server was found that answers and proves its name.")
        }
        return lines.joined(separator: "\n")
    }

    /// The line that `maildrop add` begins with when it had to find the server.
    static func discovered(_ added: JSONValue) -> String {
        guard let chosen = added["discovery", "chosen"] else { return "" }
        return "Found \(server(chosen)).\n"
    }

    private static func server(_ chosen: JSONValue) -> String {
        "\(cell(chosen["host"])) at port \(cell(chosen["port"])), \(cell(chosen["security"])), user name "
            + "\(cell(chosen["username"])) (from: \(cell(chosen["source"])))"
    }
}
