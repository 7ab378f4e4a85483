import Foundation
import SampleMail

/// Writes a corpus for a POP3 server under test: `sample-mail DIR COUNT MEDIAN_OCTETS [SIGMA [SEED [FIRST]]]`.
///
/// DIR becomes a Maildir of COUNT messages from number FIRST (0) of the endless corpus on.
@main
struct SampleMailCommand {
    static func main() {
        let arguments = CommandLine.arguments.dropFirst().map { String($0) }
        guard (3...6).contains(arguments.count), let count = Int(arguments[1]), count >= 0,
            let median = Int(arguments[2]), median > 0,
            let sigma = arguments.count > 3 ? Double(arguments[3]) : 1.4,
            let seed = arguments.count > 4 ? UInt64(arguments[4]) : 1,
            let first = arguments.count > 5 ? Int(arguments[5]) : 0, first >= 0
        else {
            FileHandle.standardError.write(
                Data("usage: sample-mail DIR COUNT MEDIAN_OCTETS [SIGMA [SEED [FIRST]]]\n".utf8))
            exit(64)
        }
        let mail = SampleMail(
            seed: seed, shape: SampleMail.Shape(count: first + count, medianOctets: median, sigma: sigma))
        do {
            try mail.writeMaildir(at: arguments[0], first..<first + count)
        } catch {
            FileHandle.standardError.write(Data("sample-mail: \(arguments[0]): \(error.localizedDescription)\n".utf8))
            exit(74)
        }
    }
}
