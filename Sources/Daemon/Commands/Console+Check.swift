import JSON

/// What `check` looks at.
public enum CheckSubject: String, CaseIterable, Sendable {
    case config, store, maildrops
}

extension Console {
    /// Looks at the configuration, the store and the maildrops' connections, or at one of them, and says what to do about
    /// what it finds.
    public func check(_ subjects: [CheckSubject]) async -> Int32 {
        await reporting {
            let settings = try settings()
            var report = JSONObject()
            var worst: CommandError.Status?
            for subject in subjects {
                let (result, text, status) = try await check(subject, settings)
                report[subject.rawValue] = result
                if !isJSON { Output.print(text) }
                worst = worst ?? status
            }
            if isJSON { Output.print(String(decoding: JSONValue.object(report).line, as: UTF8.self)) }
            return worst?.rawValue ?? 0
        }
    }

    private func check(
        _ subject: CheckSubject, _ settings: Settings
    ) async throws -> (JSONValue, String, CommandError.Status?) {
        switch subject {
        case .config:
            try settings.checkFiles()
            let result = JSONValue.object(["dataDirectory": .string(settings.dataDirectory)])
            return (result, "The configuration is valid. Data directory: \(settings.dataDirectory)", nil)
        case .store:
            try requireDirectory(settings)
            let (result, performer) = try await CommandRunner(settings: settings, logger: .quiet).run(
                "check.store", .init())
            note(settings, performer)
            let isClean = result["findings"]?.array?.isEmpty == true
            return (result, Present.storeReport(result), isClean ? nil : .data)
        case .maildrops:
            try requireDirectory(settings)
            let (result, _) = try await CommandRunner(settings: settings, logger: .quiet).run(
                "check.maildrops", .init())
            let rows = result.array ?? []
            let text = rows.map { row in
                "\(Present.cell(row["user"])) / \(Present.cell(row["name"]))\n"
                    + Present.findings(row["findings"] ?? .null)
            }
            let hasFailure = rows.contains { Present.hasFailure($0["findings"] ?? .null) }
            return (
                result, text.isEmpty ? "No maildrop to look at." : text.joined(separator: "\n"),
                hasFailure ? .unavailable : nil
            )
        }
    }
}
