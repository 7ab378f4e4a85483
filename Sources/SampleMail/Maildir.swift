import Foundation

extension SampleMail {
    /// Writes messages `range` as a Maildir that a POP3 server can serve: `cur`, `new` and `tmp` below `path` (made when
    /// they are missing), one file a message in `cur`, its octets exactly those of `message(_:)`.
    ///
    /// The names sort in the order of the indices, so that a server numbers the messages so: `maildirName(_:)`.
    public func writeMaildir(at path: String, _ range: Range<Int>) throws {
        for folder in ["cur", "new", "tmp"] {
            try FileManager.default.createDirectory(atPath: "\(path)/\(folder)", withIntermediateDirectories: true)
        }
        for index in range {
            let file = URL(fileURLWithPath: "\(path)/cur/\(maildirName(index))")
            try Data(message(index)).write(to: file)
        }
    }

    /// The name of message `index` in a Maildir's `cur`: a unique part of ten digits of time and the index, no flags.
    public func maildirName(_ index: Int) -> String {
        let number = String(index)
        let padded = String(repeating: "0", count: max(0, 9 - number.count)) + number
        return "\(shape.newest).M\(padded).sample:2,"
    }
}
