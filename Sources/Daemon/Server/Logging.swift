import Logging

extension LogLevel {
    /// swift-log's level of the same name.
    var level: Logger.Level { Logger.Level(rawValue: rawValue) ?? .info }
}

extension Logger {
    /// Writes to standard error; the level is a setting.
    static func standardError(_ settings: Settings) -> Logger {
        var logger = Logger(label: "restante") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = settings.log.level.level
        return logger
    }

    /// For commands: only what somebody at a terminal has to know.
    static var quiet: Logger {
        var logger = Logger(label: "restante") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = .error
        return logger
    }
}
