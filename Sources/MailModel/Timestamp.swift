/// A point in time: milliseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
///
/// Arithmetic never traps, for peers and files say how much is added: what lies beyond either end is that end.
public struct Timestamp: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let milliseconds: Int64

    public init(milliseconds: Int64) { self.milliseconds = milliseconds }
    public init(seconds: Int64) { milliseconds = Self.milliseconds(of: seconds) }

    /// Whole seconds since 1970, rounded down.
    public var seconds: Int64 { milliseconds / 1000 - (milliseconds % 1000 < 0 ? 1 : 0) }

    /// The milliseconds since the last whole second, 0 to 999.
    private var fraction: Int {
        let rest = Int(milliseconds % 1000)
        return rest < 0 ? rest + 1000 : rest
    }

    public static func < (one: Timestamp, other: Timestamp) -> Bool { one.milliseconds < other.milliseconds }

    public func adding(_ duration: Duration) -> Timestamp {
        guard duration < Self.longest else { return Timestamp(milliseconds: .max) }
        guard duration > .zero - Self.longest else { return Timestamp(milliseconds: .min) }
        let (seconds, attoseconds) = duration.components
        // Neither product nor sum can overflow within `longest`.
        return adding(milliseconds: seconds * 1000 + attoseconds / 1_000_000_000_000_000)
    }

    public func adding(seconds: Int64) -> Timestamp { adding(milliseconds: Self.milliseconds(of: seconds)) }

    private func adding(milliseconds more: Int64) -> Timestamp {
        let (sum, isOver) = milliseconds.addingReportingOverflow(more)
        return Timestamp(milliseconds: isOver ? (more < 0 ? .min : .max) : sum)
    }

    /// Nearly all that there is: so much or more leads to the end.
    private static let longest: Duration = .seconds(Int64.max / 1000 - 1)

    private static func milliseconds(of seconds: Int64) -> Int64 {
        let (product, isOver) = seconds.multipliedReportingOverflow(by: 1000)
        return isOver ? (seconds < 0 ? .min : .max) : product
    }

    /// The time from `earlier` to this one; negative when `earlier` is later.
    public func since(_ earlier: Timestamp) -> Duration {
        let (difference, isOver) = milliseconds.subtractingReportingOverflow(earlier.milliseconds)
        return .milliseconds(isOver ? (milliseconds < 0 ? .min : .max) : difference)
    }

    /// RFC 8620 §1.4 UTCDate: `2014-10-30T06:12:00Z`, with a fraction only when it is not zero.
    public var description: String {
        let total = seconds
        let day = (total >= 0 ? total : total - 86_399) / 86_400
        let (year, month, dayOfMonth) = Self.civil(fromDays: day)
        let second = Int(total - day * 86_400)
        var text = Self.padded(year, 4) + "-" + Self.padded(month, 2) + "-" + Self.padded(dayOfMonth, 2) + "T"
        text += Self.padded(second / 3600, 2) + ":" + Self.padded(second / 60 % 60, 2) + ":"
        text += Self.padded(second % 60, 2)
        if fraction != 0 { text += "." + Self.padded(fraction, 3) }
        return text + "Z"
    }

    /// From a date and time of day whose zone is `offsetMinutes` ahead of UTC. A second of 60 counts as the next minute's
    /// first; nil when a field is out of its range or the day is not in that month.
    public init?(
        year: Int, month: Int, day: Int, hour: Int, minute: Int, second: Int, millisecond: Int = 0,
        offsetMinutes: Int = 0
    ) {
        guard (0...9999).contains(year), (1...12).contains(month),
            (1...Self.days(inMonth: month, of: year)).contains(day),
            (0...23).contains(hour), (0...59).contains(minute), (0...60).contains(second),
            (0...999).contains(millisecond), (-1439...1439).contains(offsetMinutes)
        else { return nil }
        let seconds = hour * 3600 + minute * 60 + second - offsetMinutes * 60
        self.init(
            milliseconds: (Self.days(fromCivil: year, month, day) * 86_400 + Int64(seconds)) * 1000 + Int64(millisecond)
        )
    }

    /// Reads an RFC 3339 date-time with any zone (`2014-10-30T06:12:00Z`, `2014-10-30T06:12:00.5+02:00`); nil for
    /// anything else. Digits of the fraction after the third are dropped.
    public init?(rfc3339 text: some StringProtocol) {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, bytes.count <= 64, bytes[4] == 0x2D, bytes[7] == 0x2D,
            bytes[10] == 0x54 || bytes[10] == 0x74, bytes[13] == 0x3A, bytes[16] == 0x3A,
            let year = Self.number(bytes[0..<4]), let month = Self.number(bytes[5..<7]),
            let day = Self.number(bytes[8..<10]), let hour = Self.number(bytes[11..<13]),
            let minute = Self.number(bytes[14..<16]), let second = Self.number(bytes[17..<19])
        else { return nil }
        var rest = bytes[19...]
        var millisecond = 0
        if rest.first == 0x2E {
            rest = rest.dropFirst()
            let digits = rest.prefix { (0x30...0x39).contains($0) }
            guard !digits.isEmpty else { return nil }
            for place in 0..<3 {
                let index = digits.startIndex + place
                millisecond = millisecond * 10 + (index < digits.endIndex ? Int(digits[index] - 0x30) : 0)
            }
            rest = rest.dropFirst(digits.count)
        }
        var offset = 0
        switch (rest.first, rest.count) {
        case (0x5A, 1), (0x7A, 1):
            break
        case (0x2B, 6), (0x2D, 6):
            let start = rest.startIndex
            guard rest[start + 3] == 0x3A, let hours = Self.number(rest[start + 1..<start + 3]), hours < 24,
                let minutes = Self.number(rest[start + 4..<start + 6]), minutes < 60
            else { return nil }
            offset = (hours * 60 + minutes) * (rest[start] == 0x2D ? -1 : 1)
        default:
            return nil
        }
        self.init(
            year: year, month: month, day: day, hour: hour, minute: minute, second: second, millisecond: millisecond,
            offsetMinutes: offset)
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
        var value = 0
        for digit in digits {
            guard (0x30...0x39).contains(digit) else { return nil }
            value = value * 10 + Int(digit - 0x30)
        }
        return value
    }

    private static func padded(_ value: Int, _ width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    private static func days(inMonth month: Int, of year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Days from 1970-01-01 in the proleptic Gregorian calendar; years are counted from March so that the leap day is last.
    private static func days(fromCivil year: Int, _ month: Int, _ day: Int) -> Int64 {
        let shifted = month > 2 ? year : year - 1
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return Int64(era * 146_097 + dayOfEra - 719_468)
    }

    private static func civil(fromDays days: Int64) -> (year: Int, month: Int, day: Int) {
        let shifted = Int(days) + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }
}
