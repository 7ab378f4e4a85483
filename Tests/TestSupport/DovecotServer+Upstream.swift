import Foundation

extension DovecotServer: UpstreamServer {
    public var peculiarities: Set<Peculiarity> { [.announcesOtherThingsAfterSignIn, .announcesSASL] }

    public func add(_ messages: [[UInt8]]) async throws { try deliver(messages, to: "alice") }

    /// Its sessions hold no lock.
    public func untilIdle() async throws {}

    public func killSessions() async throws {
        for session in Self.processes(named: "pop3", below: identifier) { kill(session, SIGKILL) }
    }

    private static func processes(named name: String, below parent: Int32) -> [Int32] {
        let entries = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return entries.compactMap { Int32($0) }.filter { process in
            // pid (name) state parent …: proc_pid_stat(5)
            guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8) else { return false }
            let words = text.split(separator: " ")
            return words.count > 3 && words[1] == "(\(name))" && Int32(words[3]) == parent
        }
    }
}
