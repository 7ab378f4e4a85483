/// A value that a setting can hold: read from, and written as, one text or a list of them.
protocol SettingValue: Sendable, Equatable {
    /// What a person should have written, to end the sentence "It takes …".
    static var expectation: String { get }
    /// Nil when `texts` is not of this type.
    init?(settingTexts texts: [String])
    /// As it is written in a configuration file.
    var settingText: String { get }
}

extension SettingValue {
    fileprivate static func only(_ texts: [String]) -> String? { texts.count == 1 ? texts[0] : nil }
}

extension String: SettingValue {
    static let expectation = "a text"
    init?(settingTexts texts: [String]) {
        guard let text = Self.only(texts) else { return nil }
        self = text
    }
    var settingText: String { isEmpty ? "\"\"" : self }
}

extension Bool: SettingValue {
    static let expectation = "true or false"
    init?(settingTexts texts: [String]) {
        guard let text = Self.only(texts), let value = Bool(text) else { return nil }
        self = value
    }
    var settingText: String { String(self) }
}

extension Int: SettingValue {
    static let expectation = "a whole number of at least 1"
    init?(settingTexts texts: [String]) {
        guard let text = Self.only(texts), let value = Int(text.filter { $0 != "_" }), value >= 1 else { return nil }
        self = value
    }
    var settingText: String { String(self) }
}

/// A limit that need not be.
extension Int?: SettingValue {
    static var expectation: String { "a whole number of at least 1, or none" }
    init?(settingTexts texts: [String]) {
        guard texts != ["none"] else {
            self = .none
            return
        }
        guard let value = Int(settingTexts: texts) else { return nil }
        self = .some(value)
    }
    var settingText: String { map(\.settingText) ?? "none" }
}

/// Written as a number with its unit: `250ms`, `30s`, `10m`, `2h`, `14d`.
extension Duration: SettingValue {
    static let expectation = "a time with its unit, such as 250ms, 30s, 10m, 2h or 14d"

    private static let units: [(suffix: String, milliseconds: Int64)] = [
        ("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000),
    ]

    init?(settingTexts texts: [String]) {
        guard let text = Self.only(texts),
            let unit = Self.units.first(where: {
                text.hasSuffix($0.suffix) && Int64(text.dropLast($0.suffix.count)) != nil
            }),
            let count = Int64(text.dropLast(unit.suffix.count)), count >= 1, count <= 1_000_000_000
        else { return nil }
        self = .milliseconds(count * unit.milliseconds)
    }

    var settingText: String {
        let milliseconds = components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000
        // Days read worse than hours until there are several of them.
        let unit = Self.units.last { milliseconds % $0.milliseconds == 0 && milliseconds > $0.milliseconds }
        return "\(milliseconds / (unit?.milliseconds ?? 1))\(unit?.suffix ?? "ms")"
    }
}

extension ListenAddress: SettingValue {
    static let expectation = "an address and a port, such as 127.0.0.1:8080 or [::1]:8080, or off"
    init?(settingTexts texts: [String]) {
        guard let text = Self.only(texts), let address = ListenAddress(text) else { return nil }
        self = address
    }
    /// In quotes where YAML would see a list in it.
    var settingText: String { host.contains(":") ? "\"\(self)\"" : description }
}

extension LogLevel: SettingValue {
    static let expectation = "one of " + allCases.map(\.rawValue).joined(separator: ", ")
    init?(settingTexts texts: [String]) {
        guard let text = Self.only(texts), let level = LogLevel(rawValue: text) else { return nil }
        self = level
    }
    var settingText: String { rawValue }
}

extension [String]: SettingValue {
    static let expectation = "a list of texts"
    /// In the environment a list is one text, with commas between its items.
    init?(settingTexts texts: [String]) {
        self = texts.flatMap { $0.split(separator: ",").map { $0.trimmed } }.filter { !$0.isEmpty }
    }
    var settingText: String { "[" + joined(separator: ", ") + "]" }
}

extension StringProtocol {
    /// Without the spaces and tabs at both ends.
    var trimmed: String {
        var rest = self[...]
        while let first = rest.first, first == " " || first == "\t" { rest = rest.dropFirst() }
        while let last = rest.last, last == " " || last == "\t" { rest = rest.dropLast() }
        return String(rest)
    }
}
