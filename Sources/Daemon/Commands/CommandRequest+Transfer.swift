import JSON

extension CommandRequest {
    public static func importMail(_ path: String, mailbox: String?, again: Bool, user: String?) -> Self {
        Self(
            "import",
            [
                "path": .string(absolutePath(path)), "mailbox": .text(mailbox), "again": .bool(again),
                "user": .text(user),
            ]
        ) {
            """
            \(Present.cell($0["messages"])) messages read: \(Present.cell($0["added"])) added, \
            \(Present.cell($0["updated"])) were here and got marks or mailboxes, \(Present.cell($0["known"])) were known, \
            \(Present.cell($0["deleted"])) were marked as deleted and left out. \
            \(Present.megabytes($0["octets"]?.integer ?? 0)) in \
            \(Double($0["milliseconds"]?.integer ?? 0) / 1000) s.
            """
        }
    }

    public static func exportMail(
        to folder: String, format: ExportFormat, mailbox: String?, user: String?
    ) -> Self {
        var request = Self(
            "export",
            [
                "folder": .string(absolutePath(folder)), "format": .string(format.rawValue), "mailbox": .text(mailbox),
                "user": .text(user),
            ]
        ) {
            let summary = """
                \(Present.cell($0["messages"])) messages in \(Present.cell($0["mailboxes"])) mailboxes: \
                \(Present.cell($0["added"])) written, \(Present.cell($0["updated"])) got other flags; \
                \(Present.megabytes($0["octets"]?.integer ?? 0)) in \
                \(Double($0["milliseconds"]?.integer ?? 0) / 1000) s.
                """
            let unreadable = $0["unreadable"]?.integer ?? 0
            let lost = unreadable > 0 ? ["\(unreadable) could not be read and are not in it."] : []
            return (Present.findings(of: $0) + [summary] + lost).joined(separator: "\n")
        }
        request.status = Present.findingsStatus
        return request
    }
}
