/// Which modules a page needs before it shows anything. Where they are not one (``ModuleBundle``) the page itself tells, so
/// that a browser asks for all of them at once, not for each when it has read the one that imports it.
enum ModuleGraph {
    /// What is shown first: the page's own module, and the mail.
    static let roots = ["main.js", "mail/mail.js"]
    /// The catalogues with the words that they show.
    static let areas = ["core", "mail"]

    /// The modules that `roots` import, and what those import, the roots among them; in the order in which they are met.
    /// What a module imports later (`import('…')`) is not among them.
    static func closure(of roots: [String] = roots, text: (String) -> String?) -> [String] {
        var found: [String] = []
        var seen = Set(roots)
        var waiting = roots[...]
        while let path = waiting.popFirst() {
            guard let source = text(path) else { continue }
            found.append(path)
            for next in imports(source, of: path) where seen.insert(next).inserted { waiting.append(next) }
        }
        return found
    }

    /// The paths that a module names in `import … from '…'`, `import '…'` and `export … from '…'`.
    private static func imports(_ source: String, of path: String) -> [String] {
        source.matches(of: /\b(?:from|import)\s+'(\.\.?\/[^']+)'/).compactMap { resolved(String($0.1), against: path) }
    }

    /// The path that a reference in the module at `path` names; nil for what leads out of the folder.
    static func resolved(_ reference: String, against path: String) -> String? {
        var segments = path.split(separator: "/").dropLast()
        for segment in reference.split(separator: "/") {
            switch segment {
            case ".": continue
            case "..": if segments.popLast() == nil { return nil }
            default: segments.append(segment)
            }
        }
        return segments.joined(separator: "/")
    }
}
