/// A module's text as the client's modules are written: an import or an export is one line that begins with the word.
struct ModuleText: Sendable {
    /// Below the client's folder.
    let path: String
    /// The paths of the modules that it imports, in order.
    let imports: [String]
    /// The names that it exports.
    let exports: [String]
    private let lines: [Line]

    private enum Line: Sendable {
        case plain(Substring)
        /// The names as a pattern of JavaScript's that takes an object apart, or the name of the whole.
        case imported(pattern: String, path: String)
    }

    /// Nil for a module that is written in another way.
    init?(path: String, source: String) {
        var lines: [Line] = []
        var imports: [String] = []
        var exports: [String] = []
        for line in source.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("import ") {
                guard let (pattern, from) = Self.imported(line, by: path) else { return nil }
                imports.append(from)
                lines.append(.imported(pattern: pattern, path: from))
            } else if line.hasPrefix("export ") {
                guard let declared = line.wholeMatch(of: /export ((?:async )?(?:function|const|class) (\w+)\b.*)/)
                else {
                    return nil
                }
                exports.append(String(declared.2))
                lines.append(.plain(declared.1))
            } else {
                lines.append(.plain(line))
            }
        }
        self.path = path
        self.imports = imports
        self.exports = exports
        self.lines = lines
    }

    private static func imported(_ line: Substring, by path: String) -> (pattern: String, path: String)? {
        let form = /import (?:(\{[^}]*\})|\* as (\w+)) from '(\.\.?\/[^']+)';/
        guard let match = line.wholeMatch(of: form), let from = ModuleGraph.resolved(String(match.3), against: path)
        else {
            return nil
        }
        let names = String(match.1 ?? match.2 ?? "")
        return (names.replacing(" as ", with: ": "), from)
    }

    /// The text for a place in another module, at the top of the folder: what it imports is taken from the constants that
    /// `name` gives for paths, and what it imports later too, where there is one.
    func body(name: (String) -> String?) -> String {
        lines.map { line in
            switch line {
            case .imported(let pattern, let path): "const \(pattern) = \(name(path) ?? "undefined");"
            case .plain(let text): moved(text, name: name)
            }
        }.joined(separator: "\n")
    }

    private func moved(_ line: Substring, name: (String) -> String?) -> String {
        guard line.contains("import") else { return String(line) }
        let later = String(line).replacing(/\bimport\('(\.\.?\/[^']+)'\)/) { match in
            guard let path = ModuleGraph.resolved(String(match.1), against: self.path) else { return String(match.0) }
            // By then all of them have run.
            return name(path).map { "Promise.resolve().then(() => \($0))" } ?? "import('./\(path)')"
        }
        return later.replacing("import.meta.url", with: "new URL('./\(path)', import.meta.url).href")
    }
}
