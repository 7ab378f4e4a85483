import Dispatch
import MailModel

/// Runs scrypt, one at a time and off the threads that serve: each takes much memory and a tenth of a second.
struct PasswordQueue: Sendable {
    private let queue = DispatchQueue(label: "restante.passwords")

    func run<Value: Sendable>(
        _ body: @escaping @Sendable () throws(MailStoreError) -> Value
    ) async throws(MailStoreError) -> Value {
        let result: Result<Value, MailStoreError> = await withCheckedContinuation { continuation in
            queue.async {
                do throws(MailStoreError) {
                    continuation.resume(returning: .success(try body()))
                } catch {
                    continuation.resume(returning: .failure(error))
                }
            }
        }
        return try result.get()
    }
}
