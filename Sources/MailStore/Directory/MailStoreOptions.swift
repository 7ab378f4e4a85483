public import MailModel

/// How a store is opened.
public struct MailStoreOptions: Sendable {
    /// The data directory, absolute; created when it is missing.
    public var directory: String
    public var key: KeySource
    public var limits: Limits
    /// Open accounts that are kept; past it the ones nobody uses are closed, the longest unused first.
    public var openAccountLimit: Int
    public var scrypt: ScryptCost
    /// Where maildrops may be, by their user's role.
    public var addressPolicies: AddressPolicies
    public var clock: @Sendable () -> Timestamp
    /// Called after each step of creating and removing an account; what it throws stops there, as a cut would.
    package var reached: @Sendable (DirectoryStep) throws(MailStoreError) -> Void = { _ in }
    /// The same for a restore; what it throws ends it as the end of the process would, with nothing tidied up.
    package var restoreReached: @Sendable (RestoreStep) throws -> Void = { _ in }

    public init(
        directory: String, key: KeySource, limits: Limits = .init(), openAccountLimit: Int = 256,
        scrypt: ScryptCost = .init(), addressPolicies: AddressPolicies = .init(),
        clock: @escaping @Sendable () -> Timestamp
    ) {
        self.directory = directory
        self.key = key
        self.limits = limits
        self.openAccountLimit = openAccountLimit
        self.scrypt = scrypt
        self.addressPolicies = addressPolicies
        self.clock = clock
    }
}

/// The durable steps of creating and removing an account, in order.
package enum DirectoryStep: CaseIterable, Sendable {
    case numberTaken, accountBuilt, accountSynced, accountRenamed, parentSynced, rowCommitted
    case rowMarked, sessionsEnded, folderRenamed, removalSynced, folderDeleted, rowDropped
}
