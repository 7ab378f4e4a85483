import Foundation

/// A program of the system that a test needs as its peer. A missing one fails the test, it is never skipped.
public struct ExternalTool: Sendable {
    public struct Missing: Error, CustomStringConvertible {
        public let description: String
    }

    public struct Failed: Error, CustomStringConvertible {
        public let description: String
    }

    public let path: String

    /// Finds `name`; the error names the Debian package that brings it.
    public init(_ name: String, package: String) throws {
        let folders = ["/usr/sbin", "/usr/bin", "/bin", "/usr/local/bin", "/usr/local/sbin", "/opt/homebrew/bin"]
        let found = folders.map { "\($0)/\(name)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
        guard let found else {
            throw Missing(description: "\(name) is missing and this test needs it: apt-get install \(package)")
        }
        path = found
    }

    public static func openssl() throws -> ExternalTool { try ExternalTool("openssl", package: "openssl") }
    public static func curl() throws -> ExternalTool { try ExternalTool("curl", package: "curl") }
    public static func dovecot() throws -> ExternalTool { try ExternalTool("dovecot", package: "dovecot-pop3d") }

    /// Runs the program to its end and returns what it printed; throws with its complaint when it fails.
    @discardableResult
    public func run(_ arguments: [String], in folder: String? = nil) throws -> String {
        let printed = try TemporaryFolder("tool")
        let command = (folder.map { ["/usr/bin/env", "-C", $0] } ?? []) + [path] + arguments
        let process = try ChildProcess(command[0], Array(command.dropFirst()), output: printed.path("output"))
        let status = process.wait()
        let text = String(
            decoding: FileManager.default.contents(atPath: printed.path("output")) ?? Data(), as: UTF8.self)
        guard status == 0 else {
            throw Failed(description: "\(path) \(arguments.joined(separator: " ")): \(text)")
        }
        return text
    }

    /// The same on a thread of its own: while a program talks to a server of this process, no thread that the server's
    /// tasks need may wait for it.
    @discardableResult
    public func runAside(_ arguments: [String], in folder: String? = nil) async throws -> String {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread { continuation.resume(with: Result { try run(arguments, in: folder) }) }
        }
    }
}
