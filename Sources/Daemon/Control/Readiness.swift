import Foundation

/// Tells systemd how far the daemon is (sd_notify(3)): a datagram to the socket that it names, if it names one.
struct Readiness: Sendable {
    private let path: String?

    init(environment: [String: String]) { path = environment["NOTIFY_SOCKET"] }

    /// What a daemon that is still starting waits for.
    func waiting(_ status: String) { send("STATUS=\(status)\n") }
    /// `status` is one line for people: `systemctl status` shows it.
    func ready(_ status: String) { send("READY=1\nSTATUS=\(status)\n") }
    func stopping() { send("STOPPING=1\n") }

    private func send(_ state: String) {
        guard let path, let first = path.first, first == "/" || first == "@" else { return }
        #if canImport(Glibc)
            let kind = Int32(SOCK_DGRAM.rawValue)
        #else
            let kind = SOCK_DGRAM
        #endif
        let descriptor = socket(AF_UNIX, kind, 0)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        // An @ stands for the zero octet of Linux's abstract names, whose length counts.
        let name = first == "@" ? "\0" + path.dropFirst() : path
        let length = socklen_t(MemoryLayout<sa_family_t>.size + name.utf8.count)
        let octets = Array(state.utf8)
        withUnixAddress(name) { address, whole in
            _ = sendto(descriptor, octets, octets.count, 0, address, first == "@" ? length : whole)
        }
    }
}
