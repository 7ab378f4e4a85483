import Logging
import MailModel
import MailStore
import MailSync
import Push
import Submission
import Transport

extension VerbContext.Polling {
    /// Through the service that polls in this process.
    static func service(_ store: MailStore) -> Self {
        Self(
            poll: { try await store.requestPoll($0, in: $1) },
            test: { try await store.requestTest($0, in: $1) })
    }

    /// One session of its own: for a command that has the store to itself.
    static func direct(_ store: MailStore, _ settings: Settings, _ logger: Logger) -> Self {
        let poller = MaildropPoller(
            store: store, connector: settings.connector, options: settings.syncOptions(logger), logger: logger)
        return Self(
            poll: { maildrop, account in
                guard let record = await poller.pollOnce(maildrop, in: account) else {
                    throw CommandError(.noInput, "The maildrop was removed.")
                }
                return record
            },
            test: { await poller.test($0, in: $1) })
    }
}

extension Settings {
    func submissionOptions(_ logger: Logger) -> SubmissionOptions {
        var options = SubmissionOptions(limits: limits.smtpClient, clock: SystemClock.now)
        options.concurrentSessions = sending.concurrency
        if !sending.name.isEmpty { options.name = sending.name }
        options.giveUpAfter = sending.giveUpAfter
        options.trace = log.level == .trace ? .logger(logger) : nil
        return options
    }

    func pushOptions() -> PushOptions {
        var options = PushOptions(clock: SystemClock.now)
        let contact = push.contact.isEmpty ? publicURL : push.contact
        options.contact = contact.hasPrefix("http://") || contact.isEmpty ? nil : contact
        return options
    }

    func syncOptions(_ logger: Logger) -> MailSyncOptions {
        var options = MailSyncOptions(
            limits: limits.pop3Client, concurrentSessions: polling.concurrency,
            trace: log.level == .trace ? .logger(logger) : nil, http: fetcher, clock: SystemClock.now)
        options.shortestInterval = polling.shortestInterval
        options.longestInterval = polling.longestInterval
        // Checked when the settings were read.
        options.hosts = (try? makeHostRules()) ?? HostRules()
        options.backFill = backFill
        return options
    }
}
