/// Fills in what a file with an address of its own cannot know: where the others are, and which there are.
struct Template: Sendable {
    /// The files that are asked for by name, not by version.
    static let paths: Set<String> = ["index.html", "sw.js", "manifest.webmanifest"]

    /// What takes the place of `{{base}}`: such as `/web/0123456789abcdef0123`.
    let base: String

    /// `{{files}}` becomes the paths as a list of JSON's, for a service worker that keeps them all; `{{modules}}` becomes
    /// a link to each of `modules`, for a browser to have them early; a link to a style sheet becomes what `sheet` gives for
    /// its path, so that nothing has to be asked for before something is shown.
    func filled(
        _ octets: [UInt8], _ paths: [String], modules: [String], sheet: (String) -> String? = { _ in nil }
    ) -> [UInt8] {
        guard let text = String(validating: octets, as: UTF8.self) else { return octets }
        // A path has no character that JSON would escape.
        let list = "[" + paths.map { "\"\($0)\"" }.joined(separator: ",") + "]"
        let links = modules.map { #"<link rel="modulepreload" href="\#(base)/\#($0)">"# }.joined(separator: "\n")
        let styled = text.replacing(/<link rel="stylesheet" href="{{base}}\/([^"]+)">/) { match in
            // A sheet ends where it says so, whatever it means by it.
            guard let sheet = sheet(String(match.1)), !sheet.contains("</") else { return String(match.0) }
            return "<style>\n\(sheet)</style>"
        }
        let filled = styled.replacing("{{modules}}", with: links).replacing("{{files}}", with: list)
        return Array(filled.replacing("{{base}}", with: base).utf8)
    }
}
