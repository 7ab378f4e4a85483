public import MailModel

/// Writes messages as mboxrd: every line `>…>From ` gets one more `>`, so that a reader can take exactly it away.
public enum MboxWriter {
    /// Octets that X-Keywords has room for at the least: so a keyword more needs no other place.
    public static let keywordsRoom = 64

    /// `From sender date`, in UTC as asctime(3) writes it, and the line's end.
    public static func separator(sender: String?, date: Timestamp) -> [UInt8] {
        let sender = sender.map {
            $0.unicodeScalars.allSatisfy { (0x21...0x7E).contains($0.value) } && !$0.isEmpty ? $0 : nil
        }
        return Array("From \((sender ?? nil) ?? "MAILER-DAEMON") \(asctime(date))\n".utf8)
    }

    /// The fields that say what the store knows beside the octets; each line ended by LF.
    public static func fields(identity: String, keywords: Set<Keyword>) -> [UInt8] {
        let (status, extended) = StatusFlags.write(keywords)
        return Array(
            """
            X-Restante-Email: \(identity)
            Status: \(status)
            X-Status: \(extended)
            X-Keywords: \(padded(keywords, to: keywordsRoom))

            """.utf8)
    }

    /// Keywords and as many spaces as fill `room`; longer when they need more.
    public static func padded(_ keywords: Set<Keyword>, to room: Int) -> String {
        let text = StatusFlags.others(keywords).map(\.name).joined(separator: " ")
        return text + String(repeating: " ", count: max(0, room - text.utf8.count))
    }

    /// Hands a message's octets on as they stand in the file: lines ended by LF and quoted, an empty line at the end.
    public static func write(_ message: UnsafeRawBufferPointer, to sink: ([UInt8]) throws -> Void) rethrows {
        var output: [UInt8] = []
        var rest = message
        while !rest.isEmpty {
            let end = rest.firstIndex(of: 0x0A) ?? rest.count
            var line = UnsafeRawBufferPointer(rebasing: rest[..<end])
            rest = UnsafeRawBufferPointer(rebasing: rest[min(end + 1, rest.count)...])
            if line.last == 0x0D { line = UnsafeRawBufferPointer(rebasing: line.dropLast()) }
            if line.drop(while: { $0 == UInt8(ascii: ">") }).starts(with: Array("From ".utf8)) {
                output.append(UInt8(ascii: ">"))
            }
            output.append(contentsOf: line)
            output.append(0x0A)
            if output.count >= 64 * 1024 {
                try sink(output)
                output.removeAll(keepingCapacity: true)
            }
        }
        output.append(0x0A)
        try sink(output)
    }

    private static let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    static func asctime(_ date: Timestamp) -> String {
        // 2014-10-30T06:12:00Z, which is always written so.
        let text = Array(date.description.utf8)
        let day = Int((Double(date.seconds) / 86_400).rounded(.down))
        let number = { (range: Range<Int>) in Int(String(decoding: text[range], as: UTF8.self)) ?? 1 }
        let month = months[min(max(number(5..<7), 1), 12) - 1]
        let dayOfMonth = number(8..<10)
        let time = String(decoding: text[11..<19], as: UTF8.self)
        let year = String(decoding: text[0..<4], as: UTF8.self)
        return "\(days[((day % 7) + 7) % 7]) \(month) \(dayOfMonth < 10 ? " " : "")\(dayOfMonth) \(time) \(year)"
    }
}
