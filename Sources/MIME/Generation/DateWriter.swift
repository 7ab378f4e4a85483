import MailModel

extension MessageDate {
    /// RFC 5322 §3.3: `Thu, 30 Oct 2014 14:12:00 +0800`.
    public var headerText: String { headerTokens.joined(separator: " ") }

    var headerTokens: [String] {
        let local = timestamp.adding(seconds: Int64(offsetMinutes) * 60)
        // 1970-01-01 was a Thursday.
        let day = local.seconds >= 0 ? local.seconds / 86_400 : (local.seconds - 86_399) / 86_400
        let weekday = Self.weekdays[Int(((day + 4) % 7 + 7) % 7)]
        // `2014-10-30T14:12:00Z`, a fraction of a second perhaps.
        let fields = local.description.split(whereSeparator: { "-T.Z".contains($0) })
        guard fields.count >= 4, let month = Int(fields[1]), (1...12).contains(month), let dayOfMonth = Int(fields[2])
        else { return [] }
        let minutes = offsetMinutes.magnitude
        let zone = [minutes / 600, minutes / 60 % 10, minutes % 60 / 10, minutes % 10].map(String.init).joined()
        return [
            weekday + ",", String(dayOfMonth), Self.monthNames[month - 1], String(fields[0]), String(fields[3]),
            (offsetMinutes < 0 ? "-" : "+") + zone,
        ]
    }

    /// Reads a Date of RFC 8620 §1.4, zone and all: what `description` writes.
    public init?(rfc3339 text: String) {
        guard let timestamp = Timestamp(rfc3339: text) else { return nil }
        let zone = text.utf8.suffix(6)
        var offset = 0
        if let sign = zone.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") {
            let digits = zone.compactMap { ASCII.isDigit($0) ? Int($0 - 0x30) : nil }
            guard digits.count == 4 else { return nil }
            offset = (digits[0] * 10 + digits[1]) * 60 + digits[2] * 10 + digits[3]
            if sign == UInt8(ascii: "-") { offset = -offset }
        }
        self.init(timestamp: timestamp, offsetMinutes: offset)
    }

    private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let monthNames = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
}
