import HummingbirdCore
import HummingbirdHTTP2
import Logging
import Synchronization

/// The TLS side of a listener, made anew when its certificate files have changed: renewals need no restart.
final class ReloadingTLS: Sendable {
    private struct State {
        var channel: HTTP2UpgradeChannel
        var stamp: CertificateFiles.Stamp?
        var checked: ContinuousClock.Instant
    }

    private let files: CertificateFiles
    private let make: @Sendable (CertificateFiles) throws -> HTTP2UpgradeChannel
    /// The files are looked at no more often than this, when a connection comes.
    private let interval: Duration
    private let logger: Logger
    private let state: Mutex<State>

    /// Reads the files for the first time: what is wrong with them is wrong with the start.
    init(
        _ files: CertificateFiles, interval: Duration, logger: Logger,
        make: @escaping @Sendable (CertificateFiles) throws -> HTTP2UpgradeChannel
    ) throws {
        self.files = files
        self.make = make
        self.interval = interval
        self.logger = logger
        state = Mutex(
            State(channel: try make(files), stamp: CertificateFiles.Stamp(files), checked: ContinuousClock.now))
    }

    /// For the next connection. A pair that cannot be used (half written, not of each other) leaves the old one in use
    /// and is tried again.
    func current(at now: ContinuousClock.Instant = .now) -> HTTP2UpgradeChannel {
        state.withLock { state in
            guard now >= state.checked.advanced(by: interval) else { return state.channel }
            state.checked = now
            guard let stamp = CertificateFiles.Stamp(files), stamp != state.stamp else { return state.channel }
            do {
                state.channel = try make(files)
                state.stamp = stamp
                logger.info("The certificate was reloaded", metadata: ["file": "\(files.certificateChain)"])
            } catch {
                logger.warning("A changed certificate cannot be used yet", metadata: ["error": "\(error)"])
            }
            return state.channel
        }
    }
}
