import GRDB
import MailModel

extension Transaction {
    /// How long changes are remembered: RFC 8620 §5.2 asks for 30 days.
    static let changeSeconds: Int64 = 30 * 86_400

    /// Forgets changes that are older than that. A device whose state is older fetches everything anew.
    /// - Returns: whether none is left to forget.
    func removeOldChanges(limit: Int) throws -> Bool {
        let cut = try db.first(
            "SELECT max(modseq) FROM changeTime WHERE hour < ?",
            .int(now.adding(seconds: -Self.changeSeconds).seconds / 3600)
        ) { $0.optionalInt(0) }
        guard let cut = cut ?? nil else { return true }
        var isDone = true
        for type in DataType.allCases {
            let old = try db.all(
                "SELECT modseq FROM change WHERE type = ? AND modseq <= ? ORDER BY modseq LIMIT ?",
                .int(type.number), .int(cut), .int(limit)
            ) { $0.int(0) }
            guard let last = old.last else { continue }
            try db.run("DELETE FROM change WHERE type = ? AND modseq <= ?", .int(type.number), .int(last))
            try db.run("UPDATE state SET lowWater = ? WHERE type = ?", .int(last), .int(type.number))
            if old.count == limit { isDone = false }
        }
        guard isDone else { return false }
        try db.run("DELETE FROM expunged WHERE modseq <= ?", .int(cut))
        try db.run("DELETE FROM changeTime WHERE modseq <= ?", .int(cut))
        return true
    }
}
