import Foundation
import Synchronization

/// A server of Debian's that was unpacked beside the others by `scripts/servers`, run in a copy of that root folder, so that
/// its paths, users and spool are its own. Needs root, or sudo without a password: servers change to their users.
final class JailedServer: Sendable {
    let port: Int
    private let scratch: TemporaryFolder
    private let socket: NotifySocket
    private let process: ChildProcess
    private let orders: Int32
    private let turn = Mutex(())

    init(_ description: ServerDescription) throws {
        let root = Repository.root + "/.servers/tree"
        guard FileManager.default.fileExists(atPath: Repository.root + "/.servers/complete") else {
            throw ExternalTool.Missing(description: "\(root) is missing: run scripts/servers")
        }
        scratch = try TemporaryFolder("server")
        socket = try NotifySocket()
        var whole = description
        whole.notify = socket.path
        whole.root = root
        whole.copy = Repository.root + "/.servers/running-" + UUID().uuidString.prefix(8)
        try Self.addPeople(to: &whole)
        let file = scratch.path("description.json")
        try JSONEncoder().encode(whole).write(to: URL(fileURLWithPath: file))
        var pipe: [Int32] = [0, 0]
        guard Foundation.pipe(&pipe) == 0 else { throw POSIXError(.EMFILE) }
        for end in pipe { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        defer { close(pipe[0]) }
        orders = pipe[1]
        do {
            let python = try ExternalTool("python3", package: "python3").path
            let words = try Self.elevated([python, Repository.root + "/Tests/Peers/pop3_listener.py", file])
            process = try ChildProcess(
                words[0], Array(words.dropFirst()), output: scratch.path("log"), descriptors: [0: pipe[0]])
        } catch {
            close(pipe[1])
            throw error
        }
        let ready = socket.waitUntilReady(process)
        guard let port = ready?.firstMatch(of: /PORT=(\d+)/).flatMap({ Int($0.1) }) else {
            close(pipe[1])
            throw ExternalTool.Failed(description: "\(description.server.words): \(Self.text(of: scratch.path("log")))")
        }
        self.port = port
    }

    deinit {
        // The end of its orders is the listener's end; sudo passes no SIGKILL on.
        close(orders)
        _ = process.wait()
    }

    /// Has something done and returns what came of it, on a thread of its own.
    @discardableResult
    func order(_ order: ServerDescription.Order) async throws -> String {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread { continuation.resume(with: Result { try self.carryOut(order) }) }
        }
    }

    /// Writes a file in the server's root folder.
    func write(
        _ octets: [UInt8], to path: String, as owner: ServerDescription.Owner = .alice, appending: Bool = false
    ) async throws {
        try await order(
            .init(
                do: .write, path: path, octets: Data(octets).base64EncodedString(), owner: owner, append: appending))
    }

    private func carryOut(_ order: ServerDescription.Order) throws -> String {
        let line = try JSONEncoder().encode(order) + Data("\n".utf8)
        return try turn.withLock { _ in
            var rest = Array(line)[...]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes { Foundation.write(orders, $0.baseAddress, $0.count) }
                guard count > 0 else { throw failure(order) }
                rest = rest.dropFirst(count)
            }
            guard let answer = socket.receive(), answer.hasPrefix("DONE=") else { throw failure(order) }
            return String(answer.dropFirst(5))
        }
    }

    private func failure(_ order: ServerDescription.Order) -> ExternalTool.Failed {
        .init(description: "\(order.do) \(order.words ?? []): \(Self.text(of: scratch.path("log")))")
    }

    private static func text(of file: String) -> String {
        (try? String(contentsOfFile: file, encoding: .utf8)) ?? ""
    }

    /// The words that run a program as root.
    private static func elevated(_ words: [String]) throws -> [String] {
        guard geteuid() != 0 else { return words }
        return [try ExternalTool("sudo", package: "sudo").path, "-n"] + words
    }

    /// The users that the servers know, with alice's password as PAM reads it.
    private static func addPeople(to description: inout ServerDescription) throws {
        let people = [
            "root:x:0:0::/root:/bin/false", "mail:x:8:8::/var/mail:/bin/false",
            "alice:x:1000:1000:Alice:/home/alice:/bin/false", "popa3d:x:101:101::/var/lib/popa3d:/bin/false",
            "cyrus:x:102:8::/var/lib/cyrus:/bin/false", "courier:x:103:103::/var/lib/courier:/bin/false",
            "spop3d:x:104:104::/var/lib/solid-pop3d:/bin/false", "nobody:x:65534:65534::/:/bin/false",
        ]
        let groups = [
            "root:x:0:", "mail:x:8:", "shadow:x:42:", "alice:x:1000:", "popa3d:x:101:", "courier:x:103:",
            "spop3d:x:104:", "nogroup:x:65534:",
        ]
        let secret = try ExternalTool.openssl().run(["passwd", "-6", "alice-secret"])
            .trimmingCharacters(in: .whitespacesAndNewlines)
        description.files["/etc/passwd"] = .init(text: people.joined(separator: "\n") + "\n")
        description.files["/etc/group"] = .init(text: groups.joined(separator: "\n") + "\n")
        description.files["/etc/shadow"] = .init(text: "alice:\(secret):20000:0:99999:7:::\n", mode: 0o600)
        // What Debian's has includes files that its installation scripts make.
        description.files["/etc/pam.d/other"] = pam
        description.folders["/home/alice"] = .init(owner: .alice)
    }

    /// How PAM is to check a password.
    static let pam = ServerDescription.File(
        text: "auth required pam_unix.so\naccount required pam_permit.so\nsession required pam_permit.so\n")
}

extension JailedServer {
    func untilIdle() async throws { try await order(.init(do: .idle)) }
    func killSessions() async throws { try await order(.init(do: .kill)) }
}
