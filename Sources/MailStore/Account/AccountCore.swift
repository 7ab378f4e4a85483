import GRDB
import MailModel

final class AccountCore: Sendable {
    let id: AccountID
    let epoch: Epoch
    let options: AccountOptions
    let blobFiles: BlobFiles
    init() { fatalError() }
    func read<T: Sendable>(_ body: @escaping @Sendable (AccountReader) throws -> T) async throws -> T { fatalError() }
    func write<T: Sendable>(lane: WriteQueue.Lane, _ body: @escaping @Sendable (AccountWriter) throws -> T) async throws
        -> T
    { fatalError() }
    func prepare(_ source: MessageSource) async throws -> PreparedMessage { fatalError() }
    func prepareBlob(_ source: MessageSource) async throws -> PreparedBlob { fatalError() }
}
