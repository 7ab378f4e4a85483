import Foundation
import Yams

/// Reads the settings: defaults, then the file, then the environment, then what the command line says.
public struct SettingsReader: Sendable {
    /// The file that is read when nobody names one and it exists.
    public static let standardFile = "/etc/restante/restante.yaml"

    /// The process's environment.
    public var environment: [String: String]
    /// Whether the process runs as root: its data lives in the system's folders then.
    public var isRoot: Bool

    public init(environment: [String: String], isRoot: Bool) {
        self.environment = environment
        self.isRoot = isRoot
    }

    /// `file` is `--config`'s value; `overrides` are keys that the command line sets. Throws ``SettingsError``.
    public func read(file: String? = nil, overrides: [String: String] = [:]) throws(SettingsError) -> Settings {
        var settings = Settings(dataDirectory: defaultDataDirectory)
        if let path = file ?? environment["RESTANTE_CONFIG"] ?? existingStandardFile {
            for entry in try entries(ofFileAt: path) {
                try assign(entry.key, entry.texts, from: entry.place, to: &settings)
            }
        }
        try readEnvironment(into: &settings)
        for (key, text) in overrides { try assign(key, [text], from: "the command line", to: &settings) }
        settings.tidy()
        try settings.validate()
        return settings
    }

    private var existingStandardFile: String? {
        FileManager.default.fileExists(atPath: Self.standardFile) ? Self.standardFile : nil
    }

    private var defaultDataDirectory: String {
        if isRoot { return "/var/lib/restante" }
        if let data = environment["XDG_DATA_HOME"], data.hasPrefix("/") { return data + "/restante" }
        return (environment["HOME"] ?? ".") + "/.local/share/restante"
    }

    func assign(
        _ key: String, _ texts: [String], from place: String, to settings: inout Settings
    ) throws(SettingsError) {
        guard let setting = Setting.all.first(where: { $0.key == key }) else {
            throw SettingsError("\(place): there is no setting \(key). " + Self.hint(for: key))
        }
        guard setting.assign(texts, &settings) else {
            throw SettingsError(
                "\(place): \(key) can't be \(texts.joined(separator: ", ")). It takes \(setting.expectation).")
        }
    }

    private static func hint(for key: String) -> String {
        let sections = Set(
            Setting.all.compactMap { setting in
                setting.key.lastIndex(of: ".").map { String(setting.key[..<$0]) }
            })
        return hint(for: key, among: Setting.all.map(\.key) + sections.sorted())
    }

    static func hint(for key: String, among known: [String]) -> String {
        let nearest =
            known
            .map { (key: $0, distance: editDistance($0.lowercased(), key.lowercased())) }
            .min { $0.distance < $1.distance }
        guard let nearest, nearest.distance <= max(3, nearest.key.count / 2) else {
            return "The commented sample names them all."
        }
        return "Did you mean \(nearest.key)?"
    }
}

/// One scalar or list of a configuration file.
private struct Entry {
    let key: String
    let texts: [String]
    /// File and line, for an error.
    let place: String
}

extension SettingsReader {
    private func entries(ofFileAt path: String) throws(SettingsError) -> [Entry] {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw SettingsError("The configuration \(path) can't be read: check the path and its permissions.")
        }
        guard let text = String(data: data, encoding: .utf8) else {
            throw SettingsError("The configuration \(path) is not UTF-8 text.")
        }
        do {
            guard let root = try Yams.compose(yaml: text) else { return [] }
            var found: [Entry] = []
            try Self.collect(root, key: "", file: path, into: &found)
            return found
        } catch let error as SettingsError {
            throw error
        } catch {
            throw SettingsError("The configuration \(path) is not YAML: \(Self.sentence(error))")
        }
    }

    /// Yams draws the place under its sentence, over several lines.
    private static func sentence(_ error: any Error) -> String {
        switch error as? YamlError {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            "line \(mark.line), column \(mark.column): \(problem)."
        default:
            "\(error)".split(whereSeparator: \.isNewline).joined(separator: " ")
        }
    }

    private static func collect(
        _ node: Node, key: String, file: String, into found: inout [Entry]
    ) throws(SettingsError) {
        let place = node.mark.map { "\(file) line \($0.line)" } ?? file
        switch node {
        case .mapping(let mapping):
            for (name, value) in mapping {
                guard let name = name.scalar?.string else { throw SettingsError("\(place): a key must be a text.") }
                try collect(value, key: key.isEmpty ? name : "\(key).\(name)", file: file, into: &found)
            }
        case .sequence(let sequence):
            let texts = sequence.compactMap { $0.scalar?.string }
            guard texts.count == sequence.count else {
                throw SettingsError("\(place): \(key) takes a list of plain texts.")
            }
            found.append(Entry(key: key, texts: texts, place: place))
        case .scalar(let scalar):
            // A section that is empty, or whose every key is a comment, says nothing.
            if scalar.string.isEmpty, scalar.style == .plain || scalar.style == .any { return }
            found.append(Entry(key: key, texts: [scalar.string], place: place))
        case .alias:
            throw SettingsError("\(place): aliases are not used in this file.")
        }
    }
}

/// How many single characters have to be added, dropped or changed to make one text of the other (Levenshtein).
func editDistance(_ one: String, _ other: String) -> Int {
    let other = Array(other)
    var row = Array(0...other.count)
    for (index, character) in one.enumerated() {
        var diagonal = row[0]
        row[0] = index + 1
        for column in other.indices {
            let cost = diagonal + (other[column] == character ? 0 : 1)
            diagonal = row[column + 1]
            row[column + 1] = min(cost, row[column] + 1, diagonal + 1)
        }
    }
    return row[other.count]
}
