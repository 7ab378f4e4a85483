import Foundation
package import MailModel

/// How much new mail a maildrop gets in each hour of the week (UTC, from Thursday 00:00 as time began), learned from when
/// its messages were received. What is older counts less: half as much every two weeks.
package struct Rhythm: Sendable, Equatable {
    package static let hours = 168
    package static let halfLife: Duration = .seconds(14 * 86_400)
    /// Older mail teaches nothing.
    package static let reach: Duration = .seconds(56 * 86_400)

    /// Messages of each hour of the week, as they count at `countedAt`.
    private var counts = [Float](repeating: 0, count: hours)
    private var countedAt: Timestamp?
    /// When the first message that counts was received.
    private var since: Timestamp?

    package init() {}

    package var isEmpty: Bool { since == nil }

    /// Counts a message. One that is too old, or from the future, is not counted.
    package mutating func add(receivedAt: Timestamp, now: Timestamp) {
        let age = now.since(receivedAt)
        guard age >= .zero, age <= Self.reach else { return }
        settle(to: now)
        counts[Self.hour(of: receivedAt)] += Float(Self.weight(after: age))
        since = min(since ?? receivedAt, receivedAt)
    }

    /// How many weeks of what was seen count, older ones less.
    package func weeks(at now: Timestamp) -> Double {
        guard let since else { return 0 }
        let seen = max(0, now.since(since) / .seconds(7 * 86_400))
        let week = Self.weight(after: .seconds(7 * 86_400))
        return (1 - pow(week, seen)) / (1 - week)
    }

    /// The messages that count, of the hour of the week in which `time` lies, of the hours beside it and of the same hour
    /// on other days, and of all: each as a mean over as many hours.
    package func messages(at time: Timestamp, now: Timestamp) -> (near: Double, sameHour: Double, any: Double) {
        guard let countedAt else { return (0, 0, 0) }
        let hour = Self.hour(of: time)
        let factor = Self.weight(after: now.since(countedAt))
        let near =
            (count(hour - 1) + 2 * count(hour) + count(hour + 1)) / 4
        let sameHour = (0..<7).reduce(0) { $0 + count(hour + $1 * 24) } / 7
        let any = counts.reduce(0) { $0 + Double($1) } / Double(Self.hours)
        return (near * factor, sameHour * factor, any * factor)
    }

    private func count(_ hour: Int) -> Double {
        Double(counts[((hour % Self.hours) + Self.hours) % Self.hours])
    }

    private static func hour(of time: Timestamp) -> Int {
        let hour = Int(time.seconds / 3600) % hours
        return hour < 0 ? hour + hours : hour
    }

    private static func weight(after age: Duration) -> Double { exp2(-(max(.zero, age) / halfLife)) }

    private mutating func settle(to now: Timestamp) {
        if let countedAt, now > countedAt {
            let factor = Float(Self.weight(after: now.since(countedAt)))
            for hour in counts.indices { counts[hour] *= factor }
        }
        countedAt = max(countedAt ?? now, now)
    }
}

// As it is stored.
extension Rhythm {
    /// 168 numbers of four octets, IEEE 754, the lowest octet first.
    var octets: [UInt8] {
        counts.flatMap { count in (0..<4).map { UInt8(truncatingIfNeeded: count.bitPattern >> (8 * UInt32($0))) } }
    }

    /// Nil for what no rhythm is stored as.
    init?(octets: [UInt8], countedAt: Timestamp, since: Timestamp) {
        guard octets.count == Self.hours * 4 else { return nil }
        counts = stride(from: 0, to: octets.count, by: 4).map { place in
            Float(bitPattern: (0..<4).reduce(0) { $0 | UInt32(octets[place + $1]) << (8 * UInt32($1)) })
        }
        guard counts.allSatisfy({ $0.isFinite && $0 >= 0 }) else { return nil }
        self.countedAt = countedAt
        self.since = since
    }

    var times: (countedAt: Timestamp, since: Timestamp)? {
        guard let countedAt, let since else { return nil }
        return (countedAt, since)
    }
}

extension AccountReader {
    /// What was learned of when a maildrop's mail comes; empty when nothing was.
    package func rhythm(of maildrop: MaildropID) throws -> Rhythm {
        let found = try db.first(
            "SELECT counts, countedAt, since FROM maildropRhythm WHERE maildrop = ?", .int(maildrop.rawValue)
        ) { row in
            Rhythm(
                octets: row.blob(0), countedAt: Timestamp(milliseconds: row.int(1)),
                since: Timestamp(milliseconds: row.int(2)))
        }
        return (found ?? nil) ?? Rhythm()
    }
}

extension AccountWriter {
    /// Remembers what was learned. Nothing happens when the maildrop was removed meanwhile.
    package func setRhythm(_ rhythm: Rhythm, of maildrop: MaildropID) throws {
        guard let (countedAt, since) = rhythm.times else { return }
        try db.run(
            """
            INSERT INTO maildropRhythm (maildrop, counts, countedAt, since)
            SELECT id, ?, ?, ? FROM maildrop WHERE id = ? AND removedAt IS NULL
            ON CONFLICT DO UPDATE SET counts = excluded.counts, countedAt = excluded.countedAt, since = excluded.since
            """, .blob(rhythm.octets), .int(countedAt.milliseconds), .int(since.milliseconds), .int(maildrop.rawValue))
    }
}
