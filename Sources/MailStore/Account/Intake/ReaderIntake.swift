import GRDB
import MailModel

/// A body that waits in the intake.
struct WaitingBody: Sendable {
    /// Of the blob.
    let row: Int64
    let id: BlobID
    let size: Int
    let file: Int64
    let start: Int
}

extension AccountReader {
    /// A blob's octets if they wait in the intake; nil when the blob is in its place.
    /// - Throws: `corrupt` when they cannot be had.
    func waitingOctets(of row: Int64, _ id: BlobID, size: Int) throws -> [UInt8]? {
        guard let place = try waitingPlace(of: row) else { return nil }
        let body = WaitingBody(row: row, id: id, size: size, file: place.file, start: place.start)
        guard let octets = octets(body) else { throw core.damaged(id) }
        return octets
    }

    /// Where a blob's octets stand in the intake; nil when it is in its place.
    func waitingPlace(of row: Int64) throws -> (file: Int64, start: Int)? {
        // The copies of backups have no intake, and those of earlier versions not even the table.
        guard core.intake != nil else { return nil }
        return try db.first("SELECT file, start FROM intake WHERE blob = ?", .int(row)) { row in
            (file: row.int(0), start: Int(row.int(1)))
        }
    }

    func octets(_ body: WaitingBody) -> [UInt8]? {
        intakeFile(body.file)?.octets(from: body.start, count: body.size)
    }

    /// A file that is younger than this reader is still there.
    func intakeFile(_ number: Int64) -> IntakeFile? { intakeFiles[number] ?? core.intake?.file(number) }

    /// The next bodies that wait, in the order they came: at most `limit`, and no more than one beyond `octets`.
    func waitingBodies(after row: Int64, limit: Int, octets: Int) throws -> [WaitingBody] {
        var bodies: [WaitingBody] = []
        var sum = 0
        try db.each(
            """
            SELECT i.blob, b.hash, b.size, i.file, i.start FROM intake i JOIN blob b ON b.id = i.blob
            WHERE i.blob > ? ORDER BY i.blob LIMIT ?
            """,
            [.int(row), .int(limit)]
        ) { row in
            let body = WaitingBody(
                row: row.int(0), id: BlobID(hash: row.blob(1)), size: Int(row.int(2)), file: row.int(3),
                start: Int(row.int(4)))
            bodies.append(body)
            sum += body.size
            return sum < octets
        }
        return bodies
    }

    /// Whether bodies wait that can be brought to their place.
    func hasWaitingBodies() throws -> Bool {
        guard let damaged = core.intake?.damaged else { return false }
        let rows = try db.all("SELECT blob FROM intake LIMIT ?", .int(damaged.count + 1)) { $0.int(0) }
        return !damaged.isSuperset(of: rows)
    }
}
