import Foundation

/// A POP3 session over a socket of its own, with nothing of the code under test: it says what a server really sends.
public final class RawSession {
    public struct Failed: Error, CustomStringConvertible {
        public let description: String

        public init(description: String) { self.description = description }
    }

    /// What a server answered.
    public struct Answer {
        /// The first line, without its end.
        public let status: String
        /// What followed it, unstuffed, without the final dot; nil for an answer of one line.
        public let octets: [UInt8]?

        public var isPositive: Bool { status.hasPrefix("+OK") }
        /// The lines that followed, without their ends.
        public var lines: [String] {
            String(decoding: octets ?? [], as: UTF8.self).split(separator: "\r\n").map(String.init)
        }
        /// The first number after `+OK`; -1 without one.
        public var firstNumber: Int { status.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? -1 }
    }

    public private(set) var greeting = ""
    private let descriptor: Int32
    private var buffer: [UInt8] = []
    private var position = 0

    public init(port: Int) throws {
        guard let descriptor = Loopback.connect(to: port) else {
            throw Failed(description: "port \(port): \(String(cString: strerror(errno)))")
        }
        self.descriptor = descriptor
        greeting = Self.text(try readLine(after: "the connection"))
    }

    deinit { close(descriptor) }

    public func signIn(_ user: String, _ password: String) throws {
        for line in ["USER \(user)", "PASS \(password)"] {
            let answer = try command(line)
            guard answer.isPositive else { throw Failed(description: "\(line): \(answer.status)") }
        }
    }

    public func quit() throws { _ = try command("QUIT") }

    /// Sends a line and reads the answer: of one line, or if `many` and it is positive, up to the dot.
    public func command(_ line: String, many: Bool = false) throws -> Answer {
        let octets = Array((line + "\r\n").utf8)
        guard send(descriptor, octets, octets.count, Int32(MSG_NOSIGNAL)) == octets.count else {
            throw Failed(description: "\(line) can't be sent")
        }
        let status = Self.text(try readLine(after: line))
        guard many, status.hasPrefix("+OK") else { return Answer(status: status, octets: nil) }
        var body: [UInt8] = []
        while true {
            let next = try readLine(after: line)
            if next.elementsEqual(".\r\n".utf8) { return Answer(status: status, octets: body) }
            body += next.first == UInt8(ascii: ".") ? next.dropFirst() : next
        }
    }

    private static func text(_ line: ArraySlice<UInt8>) -> String {
        String(decoding: line, as: UTF8.self).trimmingCharacters(in: .newlines)
    }

    private func readLine(after command: String) throws -> ArraySlice<UInt8> {
        var searched = position
        while true {
            if let end = buffer[searched...].firstIndex(of: 0x0A) {
                defer { position = end + 1 }
                return buffer[position...end]
            }
            searched = buffer.count
            if position > 0 {
                buffer.removeFirst(position)
                (searched, position) = (searched - position, 0)
            }
            var more = [UInt8](repeating: 0, count: 65536)
            let count = recv(descriptor, &more, more.count, 0)
            guard count > 0 else { throw Failed(description: "the connection closed after \(command)") }
            buffer += more[..<count]
        }
    }
}
