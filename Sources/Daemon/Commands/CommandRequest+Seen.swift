import Foundation
import JSON
import MailFiles

extension CommandRequest {
    /// Reads what another POP3 client remembers; the file is read here, because the daemon may not see it.
    public static func importSeen(
        _ name: String, from program: SeenProgram, file: String, signIn: String?, user: String?
    ) throws -> Self {
        guard let data = FileManager.default.contents(atPath: file) else {
            throw CommandError(.noInput, "The file \(file) cannot be read: check its name and permissions.")
        }
        guard let memories = PollerMemory.read(Array(data), of: program.format), !memories.isEmpty else {
            throw CommandError(.data, "\(file) is not what \(program.rawValue) writes.")
        }
        return Self(
            "maildrop.importSeen",
            [
                "name": .string(name), "user": .text(user), "signIn": .text(signIn),
                "memories": SeenMemories(memories: memories).json,
            ]
        ) {
            """
            \(Present.cell($0["uniqueIds"])) unique-ids read, \(Present.cell($0["added"])) of them new here: \
            \(Present.cell($0["name"])) does not fetch those messages.
            """
        }
    }
}

/// A POP3 client whose memory can be taken over.
public enum SeenProgram: String, CaseIterable, Sendable {
    case fetchmail, getmail, mpop, thunderbird

    var format: PollerProgram {
        switch self {
        case .fetchmail: .fetchmail
        case .getmail: .getmail
        case .mpop: .mpop
        case .thunderbird: .thunderbird
        }
    }
}
