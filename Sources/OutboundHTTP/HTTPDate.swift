public import MailModel

/// HTTP's dates: one way to write them, three to read (RFC 9110 §5.6.7).
public enum HTTPDate {
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// Reads `Sun, 06 Nov 1994 08:49:37 GMT`, `Sunday, 06-Nov-94 08:49:37 GMT` and `Sun Nov  6 08:49:37 1994`; nil for
    /// anything else.
    ///
    /// - Parameter now: two digits of a year stand for the one that is not more than 50 years ahead of it.
    public static func parse(_ text: String, now: Timestamp) -> Timestamp? {
        guard text.utf8.count <= 40 else { return nil }
        let words = text.split(separator: " ")
        switch (words.count, words.first?.hasSuffix(",")) {
        case (6, true?) where words[5] == "GMT":
            return date(words[1], words[2], words[3].utf8.count == 4 ? number(words[3]) : nil, words[4])
        case (4, true?) where words[3] == "GMT":
            let parts = words[1].split(separator: "-", omittingEmptySubsequences: false)
            guard parts.count == 3, parts[2].utf8.count == 2, let short = number(parts[2]) else { return nil }
            return date(parts[0], parts[1], century(of: now, short), words[2])
        case (5, false?):
            return date(words[2], words[1], words[4].utf8.count == 4 ? number(words[4]) : nil, words[3])
        default: return nil
        }
    }

    private static func century(of now: Timestamp, _ short: Int) -> Int? {
        guard let present = Int(now.description.prefix(4)) else { return nil }
        let year = present - present % 100 + short
        return year > present + 50 ? year - 100 : year
    }

    private static func date(_ day: Substring, _ month: Substring, _ year: Int?, _ time: Substring) -> Timestamp? {
        let clock = time.split(separator: ":", omittingEmptySubsequences: false)
        guard clock.count == 3, clock.allSatisfy({ $0.utf8.count == 2 }), let year, let day = number(day),
            let month = months.firstIndex(where: { $0 == month }), let hour = number(clock[0]),
            let minute = number(clock[1]), let second = number(clock[2])
        else { return nil }
        return Timestamp(
            year: year, month: month + 1, day: day, hour: hour, minute: minute, second: second)
    }

    private static func number(_ text: Substring) -> Int? {
        guard (1...4).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        return Int(text)
    }
}
