public import MailModel

/// A point in time and the zone it was written in: the Date form (RFC 8621 §4.1.2.6).
public struct MessageDate: Hashable, Sendable, CustomStringConvertible {
    public var timestamp: Timestamp
    /// Minutes ahead of UTC, as the sender wrote it; 0 when the zone says nothing (`-0000`, letters, none).
    public var offsetMinutes: Int

    public init(timestamp: Timestamp, offsetMinutes: Int) {
        self.timestamp = timestamp
        self.offsetMinutes = offsetMinutes
    }

    /// RFC 8620 §1.4 Date in the sender's zone: `2014-10-30T14:12:00+08:00`, `Z` for an offset of zero.
    public var description: String {
        let offset = min(max(offsetMinutes, -1439), 1439)
        guard offset != 0 else { return timestamp.description }
        let local = timestamp.adding(seconds: Int64(offset) * 60).description
        let minutes = offset.magnitude
        let digits = [minutes / 60 / 10, minutes / 60 % 10, minutes % 60 / 10, minutes % 10].map(String.init)
        return local.dropLast() + (offset < 0 ? "-" : "+") + digits[0] + digits[1] + ":" + digits[2] + digits[3]
    }

    /// Reads a date-time (RFC 5322 §3.3 and §4.3); nil when day, month, year or time is missing or impossible.
    ///
    /// QUIRK: order, commas and the weekday do not matter, `-` may join day, month and year, names may be longer, the
    /// seconds, the zone or its sign's colon may be missing or there.
    init?(_ value: UnsafeRawBufferPointer) {
        var parser = DateParser()
        for token in Self.words(value).split(separator: ASCII.space) {
            token.withUnsafeBytes { parser.read($0) }
        }
        guard let date = parser.date else { return nil }
        self = date
    }

    /// Octets of a date without comments that are read; what follows cannot belong to it.
    private static let longest = 256

    /// The words of a date, one space between them: comments and commas gone, nothing around a colon.
    private static func words(_ value: UnsafeRawBufferPointer) -> [UInt8] {
        var scanner = TokenScanner(value)
        var words: [UInt8] = []
        while words.count < longest {
            let start = scanner.position
            scanner.skipCFWS()
            guard let octet = scanner.current else { break }
            if scanner.position > start, let last = words.last, last != ASCII.colon, octet != ASCII.colon {
                words.append(ASCII.space)
            }
            words.append(octet == ASCII.comma ? ASCII.space : octet)
            scanner.position += 1
        }
        return words
    }
}

/// Collects the fields of a date in whatever order they come.
private struct DateParser {
    private var day: Int?
    private var month: Int?
    private var year: Int?
    private var time: (hour: Int, minute: Int, second: Int)?
    private var offset: Int?

    var date: MessageDate? {
        guard let day, let month, let year, let time else { return nil }
        let zone = offset ?? 0
        let timestamp = Timestamp(
            year: year, month: month, day: day, hour: time.hour, minute: time.minute, second: time.second,
            offsetMinutes: zone)
        return timestamp.map { MessageDate(timestamp: $0, offsetMinutes: zone) }
    }

    mutating func read(_ token: UnsafeRawBufferPointer) {
        let first = token[0]
        if time != nil, offset == nil, first == 0x2B || first == ASCII.hyphen {
            offset = Self.numericZone(token)
        } else if ASCII.isDigit(first) {
            readNumeric(token)
        } else if ASCII.isLetter(first) {
            readName(token)
        }
    }

    private mutating func readNumeric(_ token: UnsafeRawBufferPointer) {
        if token.contains(ASCII.colon) {
            readTime(token)
        } else if token.contains(ASCII.hyphen) {
            for field in token.split(separator: ASCII.hyphen) {
                let piece = UnsafeRawBufferPointer(rebasing: field)
                if ASCII.isDigit(piece[0]) { readNumber(piece) } else { readName(piece) }
            }
        } else {
            readNumber(token)
        }
    }

    private mutating func readNumber(_ token: UnsafeRawBufferPointer) {
        guard let (number, digits) = Self.number(token), digits == token.count else { return }
        if day == nil, digits <= 2 {
            day = number
        } else if year == nil, digits <= 4 {
            // RFC 5322 §4.3: two digits are 1950 to 2049, three count from 1900.
            year = digits >= 4 ? number : digits == 3 ? 1900 + number : number < 50 ? 2000 + number : 1900 + number
        }
    }

    private mutating func readTime(_ token: UnsafeRawBufferPointer) {
        guard time == nil else { return }
        var fields: [Int] = []
        var rest = token
        while fields.count < 3, let (number, digits) = Self.number(rest), digits <= 2 {
            fields.append(number)
            rest = rest.slice(digits..<rest.count)
            guard rest.first == ASCII.colon else { break }
            rest = rest.slice(1..<rest.count)
        }
        guard fields.count >= 2 else { return }
        time = (fields[0], fields[1], fields.count > 2 ? fields[2] : 0)
        if let sign = rest.first, sign == 0x2B || sign == ASCII.hyphen { offset = Self.numericZone(rest) }
    }

    private mutating func readName(_ token: UnsafeRawBufferPointer) {
        let name = lowercasedToken(token, 0..<token.count)
        if month == nil, name.utf8.count >= 3, let found = Self.months.firstIndex(of: String(name.prefix(3))) {
            month = found + 1
        } else if time != nil, name == "pm" || name == "am" {
            if let hour = time?.hour, hour <= 12 { time?.hour = hour % 12 + (name == "pm" ? 12 : 0) }
        } else if time != nil, offset == nil {
            offset = Self.zones[name]
            // QUIRK: "GMT+0200" and "UTC-5:00".
            if offset == nil, name.hasPrefix("gmt") || name.hasPrefix("utc") {
                offset = Self.numericZone(token.slice(3..<token.count))
            }
        }
    }

    /// `+hhmm`, `+hh:mm`, `+hh`; nil when it is none or beyond a day.
    private static func numericZone(_ token: UnsafeRawBufferPointer) -> Int? {
        guard let sign = token.first, sign == 0x2B || sign == ASCII.hyphen else { return nil }
        let digits = token.dropFirst().filter { $0 != ASCII.colon }
        guard (1...4).contains(digits.count), digits.allSatisfy(ASCII.isDigit) else { return nil }
        let number = digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
        let minutes = digits.count <= 2 ? number * 60 : number / 100 * 60 + number % 100
        guard minutes < 1440 else { return nil }
        return sign == ASCII.hyphen ? -minutes : minutes
    }

    /// The number that `token` begins with, and its digits; at most nine are read.
    private static func number(_ token: UnsafeRawBufferPointer) -> (value: Int, digits: Int)? {
        var value = 0
        var digits = 0
        while digits < token.count, digits < 9, ASCII.isDigit(token[digits]) {
            value = value * 10 + Int(token[digits] - 0x30)
            digits += 1
        }
        return digits > 0 ? (value, digits) : nil
    }

    private static let months = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ]

    /// RFC 5322 §4.3, and the few others that senders wrote; a letter alone says nothing (its sign was used both ways).
    private static let zones: [String: Int] = [
        "ut": 0, "utc": 0, "gmt": 0, "z": 0, "est": -300, "edt": -240, "cst": -360, "cdt": -300, "mst": -420,
        "mdt": -360, "pst": -480, "pdt": -420, "cet": 60, "met": 60, "cest": 120, "mest": 120, "bst": 60, "wet": 0,
        "west": 60, "eet": 120, "eest": 180, "msk": 180, "jst": 540, "hst": -600,
    ]
}
