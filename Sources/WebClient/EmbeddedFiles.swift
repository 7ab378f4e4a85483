import CWebClient
import Crypto

/// The files that are in the program itself (docs/decisions/0068), compressed once for all who serve them.
struct EmbeddedFiles: Sendable {
    let files: [String: WebFile]
    /// One hash over all paths and octets.
    let version: String

    static let shared = EmbeddedFiles()

    private init() {
        var files: [String: WebFile] = [:]
        var hash = SHA256()
        for index in 0..<restante_web_file_count() {
            guard let entry = restante_web_file_at(index)?.pointee, let name = entry.path else { continue }
            let path = String(cString: name)
            let octets = Array(UnsafeBufferPointer(start: entry.octets, count: entry.count))
            hash.update(data: Array("\(path)\n\(octets.count)\n".utf8))
            hash.update(data: octets)
            files[path] = WebFile(path: path, octets: octets, isCompressed: true)
        }
        self.files = files
        version = hash.finalize().hexadecimal
    }
}
