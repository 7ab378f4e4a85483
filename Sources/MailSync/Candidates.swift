import MailModel
import MailStore

/// The stored messages that are not given away yet, by what finds them. However many share a header or a size, giving all
/// of them away takes a few steps each.
struct Candidates {
    private struct Sized: Hashable {
        var mark: HeaderMark
        var octets: Int
    }

    private let pool: [RememberedMessage]
    private var isGiven: [Bool]
    // The one to give away next stands last. One that was given away by another way is passed over when it comes up.
    private var bySize: [Sized: [Int]] = [:]
    private var byMark: [HeaderMark: [Int]] = [:]
    private var missingByMark: [HeaderMark: [Int]] = [:]
    private var byHash: [[UInt8]: [Int]] = [:]
    private var byFingerprint: [[UInt8]: [Int]] = [:]
    private var weakSizes: Set<Int> = []
    private var sizes: [Int: Int] = [:]
    private var allSizes: Set<Int> = []

    init(_ pool: [RememberedMessage], _ isTaken: [Bool]) {
        self.pool = pool
        isGiven = isTaken
        for index in pool.indices.reversed() where !isTaken[index] {
            let message = pool[index]
            let own = Self.sizes(of: message)
            for size in own {
                sizes[size, default: 0] += 1
                allSizes.insert(size)
            }
            if let mark = message.mark {
                for size in own { bySize[Sized(mark: mark, octets: size), default: []].append(index) }
                byMark[mark, default: []].append(index)
                if message.standing != .gone { missingByMark[mark, default: []].append(index) }
            } else {
                weakSizes.formUnion(own)
                if let hash = message.detail?.hash {
                    byHash[hash, default: []].append(index)
                } else if let fingerprint = message.detail?.fingerprint {
                    byFingerprint[fingerprint, default: []].append(index)
                }
            }
        }
    }

    private static func sizes(of message: RememberedMessage) -> Set<Int> {
        Set([message.octets, message.size ?? 0].filter { $0 > 0 })
    }

    /// Whether a message listed with so many octets may be one of them. Without a size every one may.
    func hasSize(_ octets: Int) -> Bool { octets == 0 || sizes[octets, default: 0] > 0 }

    func hadSize(_ octets: Int) -> Bool { octets == 0 || allSizes.contains(octets) }

    func hasWeak(_ octets: Int) -> Bool { !weakSizes.isEmpty && (octets == 0 || weakSizes.contains(octets)) }

    /// Gives away the message that was seen, the one of the same size first.
    /// `isAnySize`: a migration may have changed sizes too, of what the server still had when it was last listed; otherwise
    /// a copy of another size is another message.
    mutating func take(_ seen: ProbedMessage, listed octets: Int, isAnySize: Bool) -> Int? {
        guard let old = find(seen, octets, isAnySize) else { return nil }
        isGiven[old] = true
        for size in Self.sizes(of: pool[old]) { sizes[size, default: 1] -= 1 }
        return old
    }

    private mutating func find(_ seen: ProbedMessage, _ octets: Int, _ isAnySize: Bool) -> Int? {
        if let mark = seen.fields.mark {
            if let old = Self.pop(Sized(mark: mark, octets: octets), &bySize, isGiven) { return old }
            if octets == 0, let old = Self.pop(mark, &byMark, isGiven) { return old }
            if isAnySize, let old = Self.pop(mark, &missingByMark, isGiven) { return old }
        }
        guard let whole = seen.whole else { return nil }
        return Self.pop(whole.hash, &byHash, isGiven)
            ?? Self.pop(seen.fields.fingerprint(octets: whole.octets), &byFingerprint, isGiven)
    }

    private static func pop<Key: Hashable>(_ key: Key, _ stacks: inout [Key: [Int]], _ isGiven: [Bool]) -> Int? {
        while let top = stacks[key]?.popLast() {
            if !isGiven[top] { return top }
        }
        return nil
    }
}
