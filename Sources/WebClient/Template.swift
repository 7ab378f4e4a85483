/// Fills in what a file with an address of its own cannot know: where the others are, and which there are.
struct Template: Sendable {
    /// The files that are asked for by name, not by version.
    static let paths: Set<String> = ["index.html", "sw.js", "manifest.webmanifest"]

    /// What takes the place of `{{base}}`: such as `/web/0123456789abcdef0123`.
    let base: String

    /// `{{files}}` becomes the paths as a list of JSON's, for a service worker that keeps them all.
    func filled(_ octets: [UInt8], _ paths: [String]) -> [UInt8] {
        guard let text = String(validating: octets, as: UTF8.self) else { return octets }
        // A path has no character that JSON would escape.
        let list = "[" + paths.map { "\"\($0)\"" }.joined(separator: ",") + "]"
        return Array(text.replacing("{{base}}", with: base).replacing("{{files}}", with: list).utf8)
    }
}
