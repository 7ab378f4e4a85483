/// The modules of the first page as one (docs/decisions/0090): a browser asks for one file in place of fifty.
///
/// It stands at the address of the first root. Each module is a function that is run once and answers with what it exports;
/// at the others' own addresses stands what takes these names from there, so that whoever imports them later gets the same.
/// The words that the page begins with stand in it too.
struct ModuleBundle: Sendable {
    let text: String
    /// By path.
    let stubs: [String: String]

    /// Has browsers that know it compile every function while the page's thread has other things to do, not each on that
    /// thread when it is first called. Others see a comment.
    private static let hint = "//# allFunctionsCalledOnLoad\n"
    /// What the words take the place of: in a page whose modules are files, a comment.
    private static let wordsPlace = "/* {{words}} */"

    /// Nil where a module is missing, imports itself by others, or is written in a way that ``ModuleText`` does not read:
    /// then they are served as they are. `words` are catalogues as they are written, by names such as `en/core`.
    init?(of roots: [String] = ModuleGraph.roots, words: [String: String] = [:], text: (String) -> String?) {
        guard let entry = roots.first, let modules = Self.inOrder(roots, text: text) else { return nil }
        let names = Dictionary(uniqueKeysWithValues: modules.enumerated().map { ($1.path, "m\($0)") })
        var pieces: [String] = []
        var stubs: [String: String] = [:]
        for module in modules {
            let exports = "{\(module.exports.joined(separator: ", "))}"
            let name = names[module.path] ?? ""
            pieces.append("const \(name) = (() => {\n\(module.body { names[$0] })\nreturn \(exports);\n})();\n")
            guard module.path != entry else { continue }
            let up = String(repeating: "../", count: module.path.count { $0 == "/" })
            stubs[module.path] = """
                import {\(name)} from '\(up.isEmpty ? "./" : up)\(entry)';
                export const \(exports) = \(name);

                """
        }
        let list = words.sorted { $0.key < $1.key }.map { "[\(Self.quoted($0.key)), \(Self.quoted($0.value))]" }
        let modulesText = pieces.joined().replacing(Self.wordsPlace, with: "[\(list.joined(separator: ", "))]")
        self.text = "\(Self.hint)\(modulesText)export {\(names.values.sorted().joined(separator: ", "))};\n"
        self.stubs = stubs
    }

    /// A text as a string of JavaScript's.
    private static func quoted(_ text: String) -> String {
        var quoted = "'"
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\", "'": quoted.unicodeScalars.append(contentsOf: ["\\", scalar])
            case "\n": quoted += "\\n"
            case "\r": quoted += "\\r"
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "'"
    }

    /// What is imported stands before what imports it; nil for a circle.
    private static func inOrder(_ roots: [String], text: (String) -> String?) -> [ModuleText]? {
        var order: [ModuleText] = []
        var isDone: [String: Bool] = [:]
        func visit(_ path: String) -> Bool {
            if let isDone = isDone[path] { return isDone }
            isDone[path] = false
            guard let source = text(path), let module = ModuleText(path: path, source: source),
                module.imports.allSatisfy(visit)
            else { return false }
            order.append(module)
            isDone[path] = true
            return true
        }
        return roots.allSatisfy(visit) ? order : nil
    }
}
