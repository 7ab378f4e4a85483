/// Header values as programs write them: encoded-words (RFC 2047), quoted names, folded lines, dates.
enum HeaderText {
    /// `text` as it is when it is printable ASCII, else as encoded-words of at most 75 characters, folded between.
    static func unstructured(_ text: String, in charset: Charset, generator: inout SeededGenerator) -> String {
        if text.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) { return text }
        let name = charset == .ascii ? Charset.utf8 : charset
        let useQ = name == .latin1 || (name == .utf8 && generator.chance(0.5))
        var words: [String] = []
        var chunk = ""
        for character in text {
            let longer = chunk + String(character)
            if !chunk.isEmpty, encodedWord(longer, name, useQ).utf8.count > 75 {
                words.append(encodedWord(chunk, name, useQ))
                chunk = String(character)
            } else {
                chunk = longer
            }
        }
        words.append(encodedWord(chunk, name, useQ))
        return words.joined(separator: "\r\n ")
    }

    /// An address with its display name, quoted or encoded where RFC 5322 §3.4 and RFC 2047 §5 ask for it.
    static func address(_ person: Person, generator: inout SeededGenerator) -> String {
        let name = person.name
        if name.utf8.contains(where: { $0 >= 0x80 }) {
            let charset = generator.pick([Charset.utf8, .utf8, .latin1])
            let fits = charset == .utf8 || name.unicodeScalars.allSatisfy { $0.value < 0x100 }
            return unstructured(name, in: fits ? charset : .utf8, generator: &generator) + " <\(person.address)>"
        }
        return name.contains(where: { ",.".contains($0) })
            ? "\"\(name)\" <\(person.address)>" : "\(name) <\(person.address)>"
    }

    /// RFC 5322 §3.3 in UTC; `seconds` since 1970.
    static func date(_ seconds: Int64) -> String {
        let day = seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400
        let time = seconds - day * 86_400
        let (year, month, dayOfMonth) = civil(day)
        let weekday = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"][Int((day % 7 + 7) % 7)]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        return "\(weekday), \(two(dayOfMonth)) \(months[month - 1]) \(year) "
            + "\(two(Int(time / 3600))):\(two(Int(time / 60 % 60))):\(two(Int(time % 60))) +0000"
    }

    private static func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }

    /// Year, month and day of a day counted from 1970-01-01; years begin in March, so that the leap day is the last.
    private static func civil(_ day: Int64) -> (Int, Int, Int) {
        let shifted = Int(day) + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let year = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * year + year / 4 - year / 100)
        let month = (5 * dayOfYear + 2) / 153
        let isAfterDecember = month >= 10
        return (
            year + era * 400 + (isAfterDecember ? 1 : 0), isAfterDecember ? month - 9 : month + 3,
            dayOfYear - (153 * month + 2) / 5 + 1
        )
    }

    private static func encodedWord(_ text: String, _ charset: Charset, _ useQ: Bool) -> String {
        let octets = charset.encode(text)
        let payload = useQ ? octets.flatMap(q) : TransferEncoding.base64(octets, lineLength: nil)
        return "=?\(charset.rawValue)?\(useQ ? "Q" : "B")?\(String(decoding: payload, as: UTF8.self))?="
    }

    private static func q(_ octet: UInt8) -> [UInt8] {
        switch octet {
        case 0x20: [0x5F]
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: [octet]
        default: TransferEncoding.escaped(octet)
        }
    }
}
