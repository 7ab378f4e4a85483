import MailModel
import Synchronization

/// How many requests of each kind a device has under way (RFC 8620 §2: `maxConcurrentRequests`, `maxConcurrentUpload`).
final class RequestGate: Sendable {
    enum Kind: Hashable, Sendable {
        case api, upload, download
    }

    fileprivate struct Key: Hashable {
        let user: UserID
        let credential: Principal.Credential
        let kind: Kind
    }

    private let places = Mutex<[Key: Int]>([:])
    private let limits: Limits.JMAP

    init(limits: Limits.JMAP) { self.limits = limits }

    /// Takes a place for one request; it is free again when the answer lets go of it.
    func enter(_ kind: Kind, _ principal: Principal) throws(Problem) -> Place {
        let key = Key(user: principal.user, credential: principal.credential, kind: kind)
        let isFree = places.withLock { places in
            guard places[key, default: 0] < most(kind) else { return false }
            places[key, default: 0] += 1
            return true
        }
        guard isFree else { throw problem(kind) }
        return Place(gate: self, key: key)
    }

    fileprivate func leave(_ key: Key) {
        places.withLock { places in
            let left = (places[key] ?? 0) - 1
            places[key] = left > 0 ? left : nil
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

/// A request's place in the gate, given up by `end` or with the last reference: an answer may be dropped unsent.
final class Place: Sendable {
    private let gate: RequestGate
    private let key: RequestGate.Key
    private let isTaken = Mutex(true)

    fileprivate init(gate: RequestGate, key: RequestGate.Key) {
        self.gate = gate
        self.key = key
    }

    func end() {
        let wasTaken = isTaken.withLock { isTaken in
            defer { isTaken = false }
            return isTaken
        }
        if wasTaken { gate.leave(key) }
    }

    deinit { end() }
}
