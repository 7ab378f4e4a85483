import MailModel
import MailStore
import Synchronization

/// Messages that were fetched and did not go in after all: they had more octets than the server had listed, or somebody
/// else took the room meanwhile.
final class RoomlessCounter: Sendable {
    private let count = Mutex((messages: 0, octets: 0))

    var total: (messages: Int, octets: Int) { count.withLock { $0 } }

    func add(octets: Int) {
        count.withLock { count in
            count.messages += 1
            count.octets += octets
        }
    }
}

extension Poll {
    /// How many octets of messages the account may take; nil: as many as there are.
    func room() async throws(SyncFailure) -> Int? {
        do {
            return try await subject.account.read { try $0.octetsLeft() }
        } catch {
            throw SyncFailure(error)
        }
    }

    /// Says what stays at the provider.
    func tellOfRoom() async throws(SyncFailure) {
        guard report.roomless.messages > 0 else { return }
        do {
            let (held, left) = try await subject.account.read { (try $0.messageOctets(), try $0.octetsLeft()) }
            guard let left else { return }
            report.notices.append(.overQuota(report.roomless, held: held, limit: held + left))
        } catch {
            throw SyncFailure(error)
        }
    }
}
