import Foundation

/// How much a folder holds.
enum DiskUse {
    /// Octets of all files below `path`; what cannot be read counts as nothing.
    static func octets(in path: String) -> Int {
        guard let files = FileManager.default.enumerator(atPath: path) else { return 0 }
        var octets = 0
        for case let name as String in files {
            let attributes = try? FileManager.default.attributesOfItem(atPath: path + "/" + name)
            if attributes?[.type] as? FileAttributeType == .typeRegular, let size = attributes?[.size] as? NSNumber {
                octets += size.intValue
            }
        }
        return octets
    }
}
