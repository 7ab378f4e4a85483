import CWebClient
import Crypto

/// The files that are in the program itself (docs/decisions/0068), the modules of the first page as one
/// (0090), compressed once for all who serve them.
struct EmbeddedFiles: Sendable {
    let files: [String: WebFile]
    /// One hash over all paths and octets.
    let version: String
    /// Whether the modules of the first page are one.
    let isBundled: Bool

    static let shared = EmbeddedFiles()

    private init() {
        var octets: [String: [UInt8]] = [:]
        var hash = SHA256()
        for index in 0..<restante_web_file_count() {
            guard let entry = restante_web_file_at(index)?.pointee, let name = entry.path else { continue }
            let path = String(cString: name)
            let content = Array(UnsafeBufferPointer(start: entry.octets, count: entry.count))
            hash.update(data: Array("\(path)\n\(content.count)\n".utf8))
            hash.update(data: content)
            octets[path] = content
        }
        let words = Self.words(octets)
        let bundle = ModuleBundle(words: words) { path in octets[path].map { String(decoding: $0, as: UTF8.self) } }
        if let bundle, let entry = ModuleGraph.roots.first {
            // What is made of the files has an address of theirs.
            hash.update(data: Array(bundle.text.utf8))
            octets[entry] = Array(bundle.text.utf8)
            octets.merge(bundle.stubs.mapValues { Array($0.utf8) }) { $1 }
        }
        isBundled = bundle != nil
        var files: [String: WebFile] = [:]
        for (path, content) in octets { files[path] = WebFile(path: path, octets: content, isCompressed: true) }
        self.files = files
        version = hash.finalize().hexadecimal
    }

    /// The first page's catalogues in every language, by names such as `en/core`.
    private static func words(_ octets: [String: [UInt8]]) -> [String: String] {
        var words: [String: String] = [:]
        for (path, content) in octets {
            guard let match = path.wholeMatch(of: /locales\/(\w+\/(\w+))\.json/),
                ModuleGraph.areas.contains(String(match.2))
            else { continue }
            words[String(match.1)] = String(decoding: content, as: UTF8.self)
        }
        return words
    }
}
