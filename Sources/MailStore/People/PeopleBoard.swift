import MailModel
import Synchronization

/// What changed among users, devices, browsers' sessions and passkeys, for each account that may see it. It lives as long as the
/// process: its states carry an epoch of their own.
final class PeopleBoard: Sendable {
    private struct Page {
        var users = ChangeLedger<UserID>()
        var devices = ChangeLedger<DeviceID>()
        var sessions = ChangeLedger<SessionID>()
        var passkeys = ChangeLedger<PasskeyID>()

        func modseq(of kind: Kind) -> Modseq {
            switch kind {
            case .user: users.modseq
            case .device: devices.modseq
            case .session: sessions.modseq
            case .passkey: passkeys.modseq
            }
        }
    }

    enum Kind: CaseIterable {
        case user, device, session, passkey

        var type: DataType {
            switch self {
            case .user: .user
            case .device: .device
            case .session: .session
            case .passkey: .passkey
            }
        }
    }

    private let epoch = Epoch(rawValue: .random(in: 1...UInt32.max))
    private let publish: @Sendable (AccountChange) -> Void
    private let pages = Mutex<[AccountID: Page]>([:])

    init(publish: @escaping @Sendable (AccountChange) -> Void) { self.publish = publish }

    func state(_ kind: Kind, of account: AccountID) -> StateToken {
        StateToken(epoch: epoch, modseq: pages.withLock { $0[account]?.modseq(of: kind) ?? .zero })
    }

    func userChanges(of account: AccountID, since: StateToken, max: Int?) throws(MailStoreError) -> Changes<UserID> {
        try page(account).users.changes(since: since, epoch: epoch, max: max)
    }

    func deviceChanges(
        of account: AccountID, since: StateToken, max: Int?
    ) throws(MailStoreError) -> Changes<DeviceID> {
        try page(account).devices.changes(since: since, epoch: epoch, max: max)
    }

    func sessionChanges(
        of account: AccountID, since: StateToken, max: Int?
    ) throws(MailStoreError) -> Changes<SessionID> {
        try page(account).sessions.changes(since: since, epoch: epoch, max: max)
    }

    func passkeyChanges(
        of account: AccountID, since: StateToken, max: Int?
    ) throws(MailStoreError) -> Changes<PasskeyID> {
        try page(account).passkeys.changes(since: since, epoch: epoch, max: max)
    }

    private func page(_ account: AccountID) -> Page { pages.withLock { $0[account] ?? Page() } }

    /// Notes something for everybody who may see it.
    func note(_ event: PeopleEvent, for viewers: some Sequence<AccountID>) {
        for viewer in viewers {
            change(viewer) { page in
                switch event {
                case .user(.created, let id): page.users.create(id)
                case .user(.updated, let id): page.users.update(id)
                case .user(_, let id): page.users.destroy(id)
                case .device(.created, let id): page.devices.create(id)
                case .device(.updated, let id): page.devices.update(id)
                case .device(_, let id): page.devices.destroy(id)
                case .session(.created, let id): page.sessions.create(id)
                case .session(.updated, let id): page.sessions.update(id)
                case .session(_, let id): page.sessions.destroy(id)
                case .passkey(.created, let id): page.passkeys.create(id)
                case .passkey(.updated, let id): page.passkeys.update(id)
                case .passkey(_, let id): page.passkeys.destroy(id)
                }
            }
        }
    }

    /// The account's user sees more from now on, or less: nothing that was told before can be followed.
    func restart(_ account: AccountID) {
        change(account) { page in
            page.users.restart()
            page.devices.restart()
            page.sessions.restart()
            page.passkeys.restart()
        }
    }

    func forget(_ account: AccountID) { pages.withLock { $0[account] = nil } }

    private func change(_ account: AccountID, _ body: (inout Page) -> Void) {
        let states: [DataType: StateToken] = pages.withLock { pages in
            let before = pages[account] ?? Page()
            var page = before
            body(&page)
            pages[account] = page
            return Kind.allCases.reduce(into: [:]) { states, kind in
                let modseq = page.modseq(of: kind)
                if modseq != before.modseq(of: kind) {
                    states[kind.type] = StateToken(epoch: epoch, modseq: modseq)
                }
            }
        }
        if !states.isEmpty { publish(AccountChange(account: account, states: states)) }
    }
}

/// Something that happened to a user, a device, a session or a passkey.
enum PeopleEvent: Sendable {
    case user(ChangeKind, UserID)
    case device(ChangeKind, DeviceID)
    case session(ChangeKind, SessionID)
    case passkey(ChangeKind, PasskeyID)
}
