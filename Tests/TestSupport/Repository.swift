import Foundation

/// Where the sources of this package are.
public enum Repository {
    /// The package's root folder.
    public static let root: String = {
        let file = URL(fileURLWithPath: #filePath)
        return file.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path
    }()

    /// The path of something in `Tests/Corpus`, such as `pop3/uidl-lf.transcript`.
    public static func corpus(_ name: String) -> String { root + "/Tests/Corpus/" + name }

    /// The files of a corpus folder, by name in order.
    public static func corpusFiles(in folder: String, suffix: String = "") throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: corpus(folder))
            .filter { $0.hasSuffix(suffix) && !$0.hasPrefix(".") }.sorted().map { corpus(folder) + "/" + $0 }
    }

    public static func bytes(ofFile path: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: path)))
    }
}
