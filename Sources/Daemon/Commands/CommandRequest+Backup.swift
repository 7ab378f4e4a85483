import Foundation
import JSON
import Logging
import MailStore

extension CommandRequest {
    /// `folder` may be relative to where the command is run; who carries it out may be elsewhere.
    public static func backup(to folder: String, reusing previous: String?) -> Self {
        var request = Self(
            "backup",
            ["folder": .string(absolutePath(folder)), "previous": previous.map { .string(absolutePath($0)) }],
            present: Present.backup)
        request.status = Present.findingsStatus
        return request
    }

    static func absolutePath(_ path: String) -> String { URL(fileURLWithPath: path).standardizedFileURL.path }
}

extension Console {
    /// Looks at a backup. Needs no data directory, and touches none.
    public func verifyBackup(_ folder: String) async -> Int32 {
        await reporting {
            let folder = CommandRequest.absolutePath(folder)
            let limits = try settings().limits
            let result = try await shown { progress in
                BackupResult.describe(
                    try await MailStore.verifyBackup(folder, limits: limits, progress: progress), folder: folder)
            }
            Output.print(isJSON ? String(decoding: result.line, as: UTF8.self) : Present.verified(result))
            return Present.findingsStatus(result)?.rawValue ?? 0
        }
    }

    /// Brings a backup back into the configured data directory, which must be empty.
    public func restore(_ folder: String, acceptingDamage: Bool) async -> Int32 {
        await reporting {
            let folder = CommandRequest.absolutePath(folder)
            let settings = try settings()
            note(settings, .thisProcess)
            let result = try await shown { progress in
                BackupResult.describe(
                    try await MailStore.restore(
                        folder, settings.storeOptions, acceptingDamage: acceptingDamage, logger: .quiet,
                        progress: progress),
                    folder: settings.dataDirectory)
            }
            Output.print(isJSON ? String(decoding: result.line, as: UTF8.self) : Present.restored(result))
            return Present.findingsStatus(result)?.rawValue ?? 0
        }
    }

    private func shown(
        _ body: (@escaping @Sendable (CopyProgress) -> Void) async throws -> JSONObject
    ) async throws -> JSONValue {
        let line = ProgressLine()
        defer { line.end() }
        return try await BackupResult.timed { try await body { line.show(BackupResult.describe($0)) } }
    }
}
