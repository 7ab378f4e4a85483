/// The web client's files: those in the program, or, for whoever changes the client, those in a folder.
///
/// A file's address has a version in it, `<prefix>/web/<version>/<path>`, which is one hash over all of the program's
/// files: what is at an address never changes, and modules import each other by relative paths. The page, the service
/// worker and the manifest have addresses of their own and learn that one: ``Template`` fills it in.
public struct WebClient: Sendable {
    /// What the addresses of the files have in them.
    public let version: String
    /// Whether the file at an address stays what it is.
    public let isFixed: Bool
    private let template: Template
    private let source: Source

    private enum Source: Sendable {
        case program([String: WebFile])
        case folder(FileFolder)
    }

    /// `folder` is where the files are read anew with each request; empty for those in the program. `prefix` is what a
    /// proxy in front adds to every path, without a slash at its end; usually empty.
    public init(folder: String = "", prefix: String = "") {
        isFixed = folder.isEmpty
        version = isFixed ? EmbeddedFiles.shared.version : "dev"
        template = Template(base: "\(prefix)/web/\(version)")
        guard isFixed else {
            source = .folder(FileFolder(path: folder))
            return
        }
        let embedded = EmbeddedFiles.shared.files
        let text = { (path: String) in embedded[path].map { String(decoding: $0.octets, as: UTF8.self) } }
        let paths = embedded.keys.sorted()
        let modules = EmbeddedFiles.shared.isBundled ? [] : ModuleGraph.closure(text: text)
        var files = embedded
        for path in Template.paths {
            guard let octets = embedded[path]?.octets else { continue }
            let filled = template.filled(octets, paths, modules: modules, sheet: text)
            files[path] = WebFile(path: path, octets: filled, isCompressed: true)
        }
        source = .program(files)
    }

    /// The file of this path, letter by letter; nil when there is none.
    public func file(_ path: String) -> WebFile? {
        switch source {
        case .program(let files): return files[path]
        case .folder(let folder):
            guard var octets = folder.octets(path) else { return nil }
            if Template.paths.contains(path) {
                let modules = ModuleGraph.closure { folder.octets($0).map { String(decoding: $0, as: UTF8.self) } }
                octets = template.filled(octets, folder.paths, modules: modules)
            }
            return WebFile(path: path, octets: octets, isCompressed: false)
        }
    }

    /// Every path, sorted.
    var paths: [String] {
        switch source {
        case .program(let files): files.keys.sorted()
        case .folder(let folder): folder.paths
        }
    }
}
