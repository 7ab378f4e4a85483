import Foundation
import NIOCore
import Testing

/// A conversation in a file of `Tests/Corpus/pop3`: what goes over the wire, and what the machine tells beside it.
///
/// - `C: …` and `S: …` are lines of client and server, CRLF added; `C| …` and `S| …` are octets without a line end.
///   Both know the escapes `\r \n \t \\ \xNN`.
/// - `TLS` is the handshake, `SILENCE` a while in which nothing comes, `EOF` the other side's end of the connection.
/// - `E: …` is what the machine must have told by the end, in order.
/// - `@name value` sets something up; `#` begins a comment.
struct Transcript: Sendable {
    enum Step: Sendable, Equatable {
        case client([UInt8]), server([UInt8]), tls, silence, eof
    }

    var name: String
    var settings: [(name: String, value: String)] = []
    var steps: [Step] = []
    var expectations: [String] = []

    static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Corpus/pop3")

    static func all(in name: String) -> [Transcript] {
        let folder = folder.appending(path: name)
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return files.filter { $0.hasSuffix(".transcript") }.sorted().compactMap {
            try? Transcript(name: $0, text: String(contentsOf: folder.appending(path: $0), encoding: .utf8))
        }
    }

    init(name: String, text: String) throws {
        self.name = name
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
            try add(line)
        }
    }

    func values(_ name: String) -> [String] { settings.filter { $0.name == name }.map(\.value) }

    /// All octets of one kind, whatever lies in between.
    func octets(ofServer: Bool) -> [UInt8] {
        steps.reduce(into: []) { sum, step in
            switch step {
            case .client(let bytes): if !ofServer { sum += bytes }
            case .server(let bytes): if ofServer { sum += bytes }
            case .tls, .silence, .eof: break
            }
        }
    }

    private mutating func add(_ line: String) throws {
        let value = line.dropFirst(line.dropFirst(2).first == " " ? 3 : 2)
        switch line.prefix(2) {
        case "C:": append(client: Self.unescape(value) + [13, 10])
        case "C|": append(client: Self.unescape(value))
        case "S:": append(server: Self.unescape(value) + [13, 10])
        case "S|": append(server: Self.unescape(value))
        case "E:": expectations.append(String(value))
        case "TL": steps.append(.tls)
        case "SI": steps.append(.silence)
        case "EO": steps.append(.eof)
        case _ where line.hasPrefix("@"):
            let fields = line.dropFirst().split(separator: " ", maxSplits: 1).map(String.init)
            settings.append((fields[0], fields.count > 1 ? fields[1] : ""))
        case _ where line.isEmpty || line.hasPrefix("#"): break
        default: throw TranscriptError(line: line)
        }
    }

    private mutating func append(client bytes: [UInt8]) {
        if case .client(let earlier)? = steps.last {
            steps[steps.count - 1] = .client(earlier + bytes)
        } else {
            steps.append(.client(bytes))
        }
    }

    private mutating func append(server bytes: [UInt8]) {
        if case .server(let earlier)? = steps.last {
            steps[steps.count - 1] = .server(earlier + bytes)
        } else {
            steps.append(.server(bytes))
        }
    }

    static func unescape(_ text: some StringProtocol) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "\\"), let kind = rest.popFirst() else {
                bytes.append(byte)
                continue
            }
            switch kind {
            case UInt8(ascii: "r"): bytes.append(13)
            case UInt8(ascii: "n"): bytes.append(10)
            case UInt8(ascii: "t"): bytes.append(9)
            case UInt8(ascii: "x"):
                bytes.append(UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) ?? 0)
                rest = rest.dropFirst(2)
            default: bytes.append(kind)
            }
        }
        return bytes
    }

    static func escape(_ bytes: some Sequence<UInt8>) -> String {
        bytes.reduce(into: "") { text, byte in
            switch byte {
            case 13: text += "\\r"
            case 10: text += "\\n"
            case 9: text += "\\t"
            case 92: text += "\\\\"
            case 0x20...0x7E: text.unicodeScalars.append(Unicode.Scalar(byte))
            default: text += "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
            }
        }
    }
}

struct TranscriptError: Error {
    var line: String
}

extension Transcript: CustomTestStringConvertible {
    var testDescription: String { name }
}
