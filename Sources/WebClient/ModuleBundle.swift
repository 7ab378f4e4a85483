/// The modules of the first page as one (docs/decisions/0090): a browser asks for one file in place of fifty.
///
/// It stands at the address of the first root. Each module is a function that is run once and answers with what it exports;
/// at the others' own addresses stands what takes these names from there, so that whoever imports them later gets the same.
struct ModuleBundle: Sendable {
    let text: String
    /// By path.
    let stubs: [String: String]

    /// Nil where a module is missing, imports itself by others, or is written in a way that ``ModuleText`` does not read:
    /// then they are served as they are.
    init?(of roots: [String] = ModuleGraph.roots, text: (String) -> String?) {
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
        self.text = pieces.joined() + "export {\(names.values.sorted().joined(separator: ", "))};\n"
        self.stubs = stubs
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
