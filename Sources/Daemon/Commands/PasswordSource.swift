import Foundation
import MailModel

/// Where a password comes from; never from an argument, where every process could read it.
public enum PasswordSource: Sendable {
    /// Asked for at the terminal, without showing it; twice when it is a new one.
    case prompt(String, isNew: Bool)
    /// The first line of a file; `-` is standard input.
    case file(String)
    /// The first line that a shell command prints. It is run once and not stored.
    case command(String)

    func read() throws(CommandError) -> Secret {
        switch self {
        case .prompt(let question, let isNew):
            let secret = try Self.ask(question)
            if isNew, try !Self.ask("Again: ").isEqualInConstantTime(to: secret) {
                throw CommandError(.data, "The two passwords are not the same: nothing was changed.")
            }
            return secret
        case .file(let path):
            guard
                let data = path == "-"
                    ? try? FileHandle.standardInput.readToEnd() : FileManager.default.contents(atPath: path)
            else {
                throw CommandError(
                    .noInput, "The password file \(path) cannot be read: check its name and permissions.")
            }
            return try Self.firstLine(of: Array(data), from: "The password file \(path)")
        case .command(let command):
            return try Self.run(command)
        }
    }

    private static func firstLine(of octets: [UInt8], from place: String) throws(CommandError) -> Secret {
        var line = octets.prefix { $0 != 0x0A }
        if line.last == 0x0D { line = line.dropLast() }
        guard !line.isEmpty else { throw CommandError(.data, "\(place) has no password in its first line.") }
        return Secret(bytes: line)
    }

    private static func run(_ command: String) throws(CommandError) -> Secret {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", command]
        process.standardOutput = output
        do {
            try process.run()
        } catch {
            throw CommandError(.unavailable, "The password command could not be run: \(error.localizedDescription)")
        }
        let octets = Array(output.fileHandleForReading.readDataToEndOfFile())
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw CommandError(.unavailable, "The password command ended with status \(process.terminationStatus).")
        }
        return try firstLine(of: octets, from: "The password command's output")
    }

    private static func ask(_ question: String) throws(CommandError) -> Secret {
        let terminal = open("/dev/tty", O_RDWR | O_CLOEXEC)
        guard terminal >= 0 else {
            throw CommandError(
                .usage, "There is no terminal to ask for the password at: use --password-file or --password-command.")
        }
        defer { close(terminal) }
        write(question, to: terminal)
        var shown = termios()
        let isTerminal = tcgetattr(terminal, &shown) == 0
        var hidden = shown
        hidden.c_lflag &= ~tcflag_t(ECHO)
        if isTerminal { tcsetattr(terminal, TCSAFLUSH, &hidden) }
        defer {
            if isTerminal { tcsetattr(terminal, TCSAFLUSH, &shown) }
            write("\n", to: terminal)
        }
        var line: [UInt8] = []
        var octet: UInt8 = 0
        while Foundation.read(terminal, &octet, 1) == 1, octet != 0x0A, line.count < 4096 { line.append(octet) }
        guard !line.isEmpty else { throw CommandError(.data, "No password was given: nothing was changed.") }
        return Secret(bytes: line)
    }

    private static func write(_ text: String, to descriptor: Int32) {
        _ = text.withCString { Foundation.write(descriptor, $0, strlen($0)) }
    }
}
