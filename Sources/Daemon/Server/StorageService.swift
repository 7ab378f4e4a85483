import Logging
import MailStore
import ServiceLifecycle

/// Measures what accounts take on disk, so that growth is known of days on which nobody asks.
struct StorageService: Service {
    let store: MailStore
    let logger: Logger
    /// After the start, which has other things to do, and from one measure to the next.
    static let pauses: (first: Duration, next: Duration) = (.seconds(600), .seconds(6 * 3600))

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var pause = Self.pauses.first
            while (try? await Task.sleep(for: pause)) != nil {
                do { try await store.measureStorage() } catch {
                    logger.warning("What is stored could not be measured", metadata: ["error": "\(error)"])
                }
                pause = Self.pauses.next
            }
        }
    }
}
