import MailModel
import Synchronization

/// How many requests of each kind a device has under way (RFC 8620 §2: `maxConcurrentRequests`, `maxConcurrentUpload`).
final class RequestGate: Sendable {
    enum Kind: Hashable, Sendable {
        case api, upload, download
    }

    fileprivate struct Key: Hashable {
        let user: UserID
        let device: DeviceID?
        let kind: Kind
    }

    /// A place taken; it is given back with `leave`, once.
    struct Place: Sendable {
        fileprivate let key: Key
    }

    private let places = Mutex<[Key: Int]>([:])
    private let limits: Limits.JMAP

    init(limits: Limits.JMAP) { self.limits = limits }

    func enter(_ kind: Kind, _ principal: Principal) throws(Problem) -> Place {
        let key = Key(user: principal.user, device: principal.device, kind: kind)
        let isFree = places.withLock { places in
            guard places[key, default: 0] < most(kind) else { return false }
            places[key, default: 0] += 1
            return true
        }
        guard isFree else { throw problem(kind) }
        return Place(key: key)
    }

    func leave(_ place: Place) {
        places.withLock { places in
            let left = (places[place.key] ?? 0) - 1
            places[place.key] = left > 0 ? left : nil
        }
    }

    private func most(_ kind: Kind) -> Int {
        switch kind {
        case .api: limits.concurrentRequests
        case .upload: limits.concurrentUploads
        // No limit of the RFC's: a page of thumbnails asks for many at once.
        case .download: limits.concurrentRequests * 4
        }
    }

    private func problem(_ kind: Kind) -> Problem {
        let detail = "At most \(most(kind)) of these requests of one device are answered at once."
        switch kind {
        case .api: return .limit("maxConcurrentRequests", detail)
        case .upload: return .limit("maxConcurrentUpload", detail)
        case .download: return .limit("maxConcurrentDownload", status: 429, detail)
        }
    }
}
