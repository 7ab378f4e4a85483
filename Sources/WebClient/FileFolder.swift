import Foundation

/// A folder of the web client's files, read anew each time.
struct FileFolder: Sendable {
    let path: String

    /// Nil for what is no file of the client's, wherever the path would lead.
    func octets(_ path: String) -> [UInt8]? {
        guard Self.isPlain(path) else { return nil }
        let url = URL(fileURLWithPath: self.path, isDirectory: true).appendingPathComponent(path, isDirectory: false)
        guard let data = try? Data(contentsOf: url) else { return nil }
        return Array(data)
    }

    /// The paths of all files that may be served, sorted.
    var paths: [String] {
        guard let names = FileManager.default.enumerator(atPath: path) else { return [] }
        return names.compactMap { $0 as? String }.filter { Self.isPlain($0) && WebFileType(path: $0) != nil }.sorted()
    }

    /// Whether a path has only names of letters, digits, hyphens, underscores and dots, none of them hidden: nothing that
    /// leads out of the folder, and nothing that an address would have to encode.
    static func isPlain(_ path: String) -> Bool {
        path.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { name in
            name.first.map { $0 != "." } ?? false && name.utf8.allSatisfy(isPlain)
        }
    }

    private static func isPlain(_ octet: UInt8) -> Bool {
        switch octet {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: "-._".utf8.contains(octet)
        }
    }
}
