import Foundation
import TestSupport

/// Programs in Python that play devices; what they saw is printed, and what they missed fails the test.
enum Peer {
    /// Two devices that are jmapc, over TLS.
    static func jmapc(host: String, authority: String, _ phone: Device, _ laptop: Device) async throws {
        try await run(
            ["REQUESTS_CA_BUNDLE=\(authority)", Repository.root + "/.venv/bin/python"], "jmapc_devices.py",
            [host, phone.user, phone.secret, laptop.secret])
    }

    /// A device that is jmapc writes a draft and sends it.
    static func jmapcSender(host: String, authority: String, _ device: Device) async throws {
        try await run(
            ["REQUESTS_CA_BUNDLE=\(authority)", Repository.root + "/.venv/bin/python"], "jmapc_sender.py",
            [host, device.user, device.secret])
    }

    /// A device that is jmaplib does all that a device does.
    static func jmaplib(host: String, authority: String, _ device: Device) async throws {
        try await run(
            [Repository.root + "/.venv/bin/python"], "jmaplib_device.py",
            ["https://\(host)/.well-known/jmap", device.user, device.secret, authority])
    }

    /// A device that listens on an event source and in a POP3 session while `command` revokes it.
    static func revoked(_ device: Device, http: Int, pop3: Int, by command: [String]) async throws {
        try await run(["python3"], "revoked_device.py", ["\(http)", "\(pop3)", device.user, device.secret] + command)
    }

    /// People with browsers, who do what files of Tests/Browsers/tests say.
    static func browsers(_ files: [String], program: String) async throws {
        try await runAt(
            [Repository.root + "/.venv/bin/python"], Repository.root + "/Tests/Browsers/run",
            files + ["--restante", program])
    }

    private static func run(_ program: [String], _ script: String, _ arguments: [String]) async throws {
        try await runAt(program, Repository.root + "/Tests/Peers/" + script, arguments)
    }

    private static func runAt(_ program: [String], _ script: String, _ arguments: [String]) async throws {
        let seen = try await ExternalTool("env", package: "coreutils").runAside(program + [script] + arguments)
        print(seen, terminator: "")
    }
}
