import GRDB
import MailModel

/// Where an account lives and how far it was last seen.
struct AccountRow: Sendable {
    let id: AccountID
    let user: UserID
    /// Relative to the data directory.
    let folder: String
    let isRemoving: Bool
    let mark: HighWater

    static let columns = "id, user, folder, removing, epoch, modseq"

    init(row: Row) {
        id = AccountID(rawValue: row[0])
        user = UserID(rawValue: row[1])
        folder = row[2]
        isRemoving = row[3]
        mark = HighWater(
            epoch: Epoch(rawValue: UInt32(truncatingIfNeeded: row[4] as Int64)), modseq: Modseq(rawValue: row[5]))
    }

    static func all(_ database: Database) throws -> [AccountRow] {
        try Row.fetchAll(database, sql: "SELECT \(columns) FROM account ORDER BY id").map(AccountRow.init)
    }

    static func find(_ id: AccountID, in database: Database) throws -> AccountRow? {
        try Row.fetchOne(database, sql: "SELECT \(columns) FROM account WHERE id = ?", arguments: [id.rawValue])
            .map(AccountRow.init)
    }
}

/// The furthest an account is known to have come.
struct HighWater: Hashable, Sendable {
    let epoch: Epoch
    let modseq: Modseq
}
