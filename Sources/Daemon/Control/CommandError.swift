import HTTPServer
import MailStore
import Transport

/// Why a command ends without its result: one sentence that says what to do, and the exit code of sysexits.h.
public struct CommandError: Error, Sendable, Equatable, CustomStringConvertible {
    public enum Status: Int32, Sendable, CaseIterable {
        /// Wrong use of the command line.
        case usage = 64
        /// What was given, or what lies on disk, is not as it must be.
        case data = 65
        /// No such thing.
        case noInput = 66
        case noUser = 67
        /// Something it needs does not answer.
        case unavailable = 69
        case software = 70
        case cannotCreate = 73
        case inputOutput = 74
        /// Busy: the same may work in a moment.
        case temporary = 75
        case noPermission = 77
        case configuration = 78

        var word: String { "\(self)" }

        init?(word: String) {
            guard let status = Self.allCases.first(where: { $0.word == word }) else { return nil }
            self = status
        }
    }

    public let status: Status
    public let message: String

    public init(_ status: Status, _ message: String) {
        self.status = status
        self.message = message
    }

    public var description: String { message }

    /// Any error, as what a person at the command line is told.
    public init(_ error: any Error) {
        switch error {
        case let error as CommandError: self = error
        case let error as SettingsError: self.init(.configuration, error.message)
        case let error as MailStoreError: self.init(Self.status(of: error.code), error.message)
        case let error as TransportError:
            self.init(error.code == .certificateFiles ? .configuration : .unavailable, error.message)
        case let error as HTTPServerError: self.init(error.code == .bind ? .unavailable : .configuration, error.message)
        case is CancellationError:
            self.init(
                .temporary, "It was ended before it was done: what was done stays, and the same goes on from there.")
        default: self.init(.software, "\(error)")
        }
    }

    private static func status(of code: MailStoreError.Code) -> Status {
        switch code {
        case .notFound, .anchorNotFound: .noInput
        case .alreadyExists, .invalidProperty, .mailboxHasChild, .mailboxHasEmail, .cannotCalculateChanges, .overLimit,
            .overQuota, .filterTooBroad, .corrupt:
            .data
        case .locked, .searchNotReady, .tooSoon: .temporary
        case .notOwner, .noPermission: .noPermission
        case .badKey: .configuration
        case .diskFull, .inputOutput: .inputOutput
        case .tooNew, .closed: .unavailable
        }
    }
}
