import JSON
import MailStore

extension Verb {
    static let backups: [Verb] = [
        Verb(name: "backup") { context, arguments in
            let folder = try arguments.text("folder")
            let previous = try arguments.optionalText("previous")
            return try await BackupResult.timed {
                let report = try await context.store.backup(to: folder, reusing: previous) {
                    context.progress(BackupResult.describe($0))
                }
                return BackupResult.describe(report, folder: folder)
            }
        }
    ]
}

/// Backups, verifications and restores as JSON.
enum BackupResult {
    static func describe(_ progress: CopyProgress) -> JSONValue {
        .object([
            "step": .string(progress.step.rawValue), "account": .integer(progress.account),
            "accounts": .integer(progress.accounts), "octets": .integer(progress.octets),
        ])
    }

    static func describe(_ report: BackupReport, folder: String) -> JSONObject {
        var result = describe(report.manifest, report.check)
        result["folder"] = .string(folder)
        result["reusedFiles"] = .integer(report.reusedFiles)
        return result
    }

    static func describe(_ report: RestoreReport, folder: String) -> JSONObject {
        var result = describe(report.manifest, report.check)
        result["dataDirectory"] = .string(folder)
        result["isKeyNew"] = .bool(report.isKeyNew)
        result["maildropsWithoutPassword"] = .array(
            report.maildropsWithoutPassword.map {
                .object(["user": .string($0.user), "name": .string($0.maildrop)])
            })
        return result
    }

    private static func describe(_ manifest: BackupManifest, _ check: CheckReport) -> JSONObject {
        var result = JSONObject()
        result["begunAt"] = .string(manifest.begunAt)
        result["endedAt"] = .string(manifest.endedAt)
        result["accounts"] = .integer(manifest.accounts.count)
        result["emails"] = .integer(manifest.emails)
        result["octets"] = .integer(manifest.octets)
        result["blobFiles"] = .integer(manifest.accounts.reduce(0) { $0 + $1.blobFiles })
        result["findings"] = .array(
            check.findings.map { .object(["place": .string($0.place), "description": .string($0.description)]) })
        result["counts"] = .object(
            check.counts.sorted { $0.key < $1.key }.reduce(into: JSONObject()) { $0[$1.key] = .integer($1.value) })
        return result
    }

    /// Adds how long it took.
    static func timed(_ body: () async throws -> JSONObject) async throws -> JSONValue {
        let began = ContinuousClock.now
        var result = try await body()
        result["milliseconds"] = .integer(Int((ContinuousClock.now - began) / .milliseconds(1)))
        return .object(result)
    }
}
