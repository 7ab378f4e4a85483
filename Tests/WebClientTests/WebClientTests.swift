import CWebClient
import CZstd
import Foundation
import TestSupport
import Testing

@testable import WebClient

@Suite struct WebClientTests {
    /// The sources' folder, beside this checkout's tests.
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Sources/CWebClient/Files").path

    private static func decompressed(_ frame: [UInt8], size: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            count = ZSTD_decompress(buffer.baseAddress, size, frame, frame.count)
        }
    }

    /// scripts/webfiles writes the table.
    @Test func theProgramHasEveryFileOfTheFolderAsItIsThere() throws {
        let listed = try FileManager.default.subpathsOfDirectory(atPath: Self.folder)
            .filter { !isFolder("\(Self.folder)/\($0)") }.sorted()
        let embedded = (0..<restante_web_file_count()).compactMap { restante_web_file_at($0)?.pointee }
        #expect(embedded.map { String(cString: $0.path) } == listed)
        for file in embedded {
            let octets = Array(UnsafeBufferPointer(start: file.octets, count: file.count))
            let path = String(cString: file.path)
            #expect(octets == Array(try Data(contentsOf: URL(filePath: "\(Self.folder)/\(path)"))), "\(path)")
        }
    }

    private func isFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }

    @Test func everyFileHasATypeAndAPathThatStandsInAnAddressAsItIs() {
        for index in 0..<restante_web_file_count() {
            guard let name = restante_web_file_at(index)?.pointee.path else { continue }
            let path = String(cString: name)
            #expect(WebFileType(path: path) != nil, "\(path)")
            #expect(FileFolder.isPlain(path), "\(path)")
        }
        #expect(WebClient().paths.count == restante_web_file_count())
    }

    @Test func whatIsCompressedIsSmallerAndComesBackWhole() throws {
        let client = WebClient()
        let files = client.paths.compactMap { client.file($0) }
        #expect(files.contains { $0.compressed != nil })
        for file in files {
            guard let compressed = file.compressed else { continue }
            #expect(compressed.count < file.octets.count)
            #expect(Self.decompressed(compressed, size: file.octets.count) == file.octets, "\(file.path)")
        }
        #expect(Compression.frame([1, 2, 3]) == nil)
        #expect(Compression.frame([]) == nil)
    }

    @Test func thePageLearnsWhereTheFilesAre() throws {
        let client = WebClient(prefix: "/mail")
        let page = String(decoding: try #require(client.file("index.html")).octets, as: UTF8.self)
        #expect(page.contains("\"/mail/web/\(client.version)/main.js\""))
        #expect(!page.contains("{{"))
        #expect(WebClient().version == client.version)
        #expect(WebClient().file("index.html")?.tag != client.file("index.html")?.tag)
    }

    @Test func aVersionIsTwentyDigitsAndAPathIsNothingButItself() throws {
        let client = WebClient()
        #expect(client.version.count == 20 && client.version.allSatisfy(\.isHexDigit))
        #expect(client.isFixed)
        for path in ["", "/main.js", "./main.js", "core/../main.js", "main.js/", "MAIN.JS", "main%2Ejs", "main.js\0"] {
            #expect(client.file(path) == nil, "\(path)")
        }
    }

    @Test func aTemplateIsFilledWithTheBaseAndTheFiles() {
        let text = Array("{{base}} {{files}} {{base}}".utf8)
        let filled = Template(base: "/web/x").filled(text, ["a.js", "b/c.css"], modules: [])
        #expect(String(decoding: filled, as: UTF8.self) == #"/web/x ["a.js","b/c.css"] /web/x"#)
        #expect(Template(base: "/web/x").filled([0xFF], [], modules: []) == [0xFF])
    }

    @Test func thePageHasItsStyleSheetsInItOnlyWhereTheyStayWhatTheyAre() throws {
        let page = String(decoding: try #require(WebClient().file("index.html")).octets, as: UTF8.self)
        #expect(page.contains("<style>") && page.contains(".mail-list") && !page.contains("stylesheet"))
        let shown = String(
            decoding: try #require(WebClient(folder: Self.folder).file("index.html")).octets, as: UTF8.self)
        #expect(shown.contains(#"<link rel="stylesheet" href="/web/dev/style/mail.css">"#))
        let link = #"<link rel="stylesheet" href="{{base}}/a.css">"#
        let filled = Template(base: "/x").filled(Array(link.utf8), [], modules: []) { _ in "/* </style> */" }
        #expect(String(decoding: filled, as: UTF8.self) == #"<link rel="stylesheet" href="/x/a.css">"#)
    }

    @Test func aFolderIsReadAnewWithEachRequest() throws {
        let folder = try TemporaryFolder("web")
        try FileManager.default.createDirectory(atPath: folder.path("core"), withIntermediateDirectories: true)
        try Data("{{base}}".utf8).write(to: URL(filePath: folder.path("index.html")))
        try Data("one".utf8).write(to: URL(filePath: folder.path("core/a.js")))
        let client = WebClient(folder: folder.path(""))
        #expect(!client.isFixed && client.version == "dev")
        #expect(client.file("index.html")?.octets == Array("/web/dev".utf8))
        let first = try #require(client.file("core/a.js"))
        try Data("two".utf8).write(to: URL(filePath: folder.path("core/a.js")))
        let second = try #require(client.file("core/a.js"))
        #expect(first.octets == Array("one".utf8) && second.octets == Array("two".utf8))
        #expect(first.tag != second.tag && second.compressed == nil)
        #expect(client.paths == ["core/a.js", "index.html"])
    }

    @Test func nothingOutsideOfAFolderIsReadNorAnythingHidden() throws {
        let folder = try TemporaryFolder("web")
        try FileManager.default.createDirectory(atPath: folder.path("in/core"), withIntermediateDirectories: true)
        for name in ["secret.js", "in/.hidden.js", "in/core/a.js", "in/notes.txt", "in/a b.js"] {
            try Data("x".utf8).write(to: URL(filePath: folder.path(name)))
        }
        let client = WebClient(folder: folder.path("in"))
        #expect(client.file("core/a.js") != nil)
        let paths = [
            "../secret.js", "core/../../secret.js", "core/..", "core", "", ".hidden.js", "./core/a.js", "core//a.js",
            "/core/a.js", folder.path("secret.js"), "notes.txt", "a b.js", "core\\a.js", "core/a.js\0.css",
            "%2e%2e/secret.js", "core/%61.js",
        ]
        for path in paths { #expect(client.file(path) == nil, "\(path)") }
        #expect(client.paths == ["core/a.js"])
        #expect(WebClient(folder: folder.path("none")).file("index.html") == nil)
    }
}
