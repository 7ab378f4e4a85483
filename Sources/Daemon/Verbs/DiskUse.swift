import Foundation

/// How much room a folder takes.
enum DiskUse {
    /// Octets that the file system gives to all files below `path`; what cannot be read counts as nothing.
    static func octets(in path: String) -> Int {
        guard let files = FileManager.default.enumerator(atPath: path) else { return 0 }
        var octets = 0
        for case let name as String in files {
            var status = stat()
            if lstat(path + "/" + name, &status) == 0 { octets += Int(status.st_blocks) * 512 }
        }
        return octets
    }
}
