public import MailModel

/// A POP3 client that writes down which messages it has fetched.
public enum PollerProgram: String, CaseIterable, Sendable {
    case fetchmail, getmail, mpop, thunderbird
}

/// The unique-ids that another POP3 client has fetched from one sign-in.
public struct PollerMemory: Hashable, Sendable {
    /// Nil where the file's name alone tells (getmail).
    public var username: String?
    public var host: String?
    public var uniqueIDs: [UniqueID] = []

    public init(username: String? = nil, host: String? = nil, uniqueIDs: [UniqueID] = []) {
        self.username = username
        self.host = host
        self.uniqueIDs = uniqueIDs
    }

    /// Reads the whole of a client's file.
    ///
    /// - Returns: a memory for each sign-in, in the file's order; nil when the file is not that program's.
    public static func read(_ file: [UInt8], of program: PollerProgram) -> [PollerMemory]? {
        let lines = file.split(separator: 0x0A).map { $0.last == 0x0D ? $0.dropLast() : $0 }.filter { !$0.isEmpty }
        switch program {
        case .fetchmail: return fetchmail(lines)
        case .getmail: return getmail(lines)
        case .mpop: return mpop(lines)
        case .thunderbird: return thunderbird(lines)
        }
    }

    /// `.fetchids`: `user@host unique-id` a line. A user's name may have an @ of its own, a unique-id may have spaces.
    private static func fetchmail(_ lines: [ArraySlice<UInt8>]) -> [PollerMemory]? {
        var collector = Collector()
        for line in lines {
            guard let space = line.firstIndex(of: 0x20),
                let at = line[..<space].lastIndex(of: UInt8(ascii: "@")), at > line.startIndex
            else { return nil }
            collector.add(
                line[(space + 1)...], username: text(line[..<at]), host: text(line[(at + 1)..<space]))
        }
        return collector.memories
    }

    /// `oldmail-server-port-user`: the unique-id, a NUL and the time of the fetch a line.
    ///
    /// QUIRK: getmail writes `-` where a unique-id has `/`: with up to four of them, every reading is taken.
    private static func getmail(_ lines: [ArraySlice<UInt8>]) -> [PollerMemory]? {
        var memory = PollerMemory()
        for line in lines {
            guard let end = line.firstIndex(of: 0) else { return nil }
            memory.uniqueIDs += readings(Array(line[..<end])).compactMap { UniqueID($0) }
        }
        return [memory]
    }

    private static func readings(_ octets: [UInt8]) -> [[UInt8]] {
        let dashes = octets.indices.filter { octets[$0] == UInt8(ascii: "-") }
        guard (1...4).contains(dashes.count) else { return [octets] }
        return (0..<1 << dashes.count).map { choice in
            var reading = octets
            for (bit, index) in dashes.enumerated() where choice >> bit & 1 == 1 { reading[index] = UInt8(ascii: "/") }
            return reading
        }
    }

    /// Comments, then ` number-of-uids host user` and that many unique-ids, a line each, and so on.
    private static func mpop(_ lines: [ArraySlice<UInt8>]) -> [PollerMemory]? {
        var memories: [PollerMemory] = []
        var left = 0
        // Only before the first list: a unique-id may begin with # too.
        for line in lines.drop(while: { $0.first == UInt8(ascii: "#") }) {
            if left > 0 {
                left -= 1
                if let uniqueID = UniqueID(line) { memories[memories.count - 1].uniqueIDs.append(uniqueID) }
                continue
            }
            let fields = line.split(separator: 0x20, maxSplits: 2)
            guard line.first == 0x20, fields.count == 3, let count = Int(text(fields[0])), count > 0 else { return nil }
            left = count
            memories.append(PollerMemory(username: text(fields[2]), host: text(fields[1])))
        }
        return left == 0 ? memories : nil
    }

    /// `popstate.dat`: `*host user`, then `state unique-id time` a line. `k` and `d` were fetched; `b` was too large and
    /// `f` is still to be fetched.
    private static func thunderbird(_ lines: [ArraySlice<UInt8>]) -> [PollerMemory]? {
        var memories: [PollerMemory] = []
        for line in lines where line.first != UInt8(ascii: "#") {
            if line.first == UInt8(ascii: "*") {
                let fields = line.dropFirst().split(separator: 0x20, maxSplits: 1)
                guard let host = fields.first else { return nil }
                memories.append(PollerMemory(username: fields.count > 1 ? text(fields[1]) : nil, host: text(host)))
                continue
            }
            guard !memories.isEmpty, let state = line.first, line.dropFirst().first == 0x20 else { return nil }
            let rest = line.dropFirst(2)
            let uniqueID = rest.prefix { $0 != 0x20 }
            guard state == UInt8(ascii: "k") || state == UInt8(ascii: "d"), let uniqueID = UniqueID(uniqueID) else {
                continue
            }
            memories[memories.count - 1].uniqueIDs.append(uniqueID)
        }
        return memories
    }

    private static func text(_ octets: some Sequence<UInt8>) -> String {
        String(decoding: Array(octets), as: UTF8.self)
    }

    /// Lines of several sign-ins, put together by sign-in.
    private struct Collector {
        var memories: [PollerMemory] = []
        private var places: [String: Int] = [:]

        mutating func add(_ octets: ArraySlice<UInt8>, username: String, host: String) {
            guard let uniqueID = UniqueID(octets) else { return }
            let key = username + "\0" + host
            let place = places[key] ?? memories.count
            if place == memories.count {
                places[key] = place
                memories.append(PollerMemory(username: username, host: host))
            }
            memories[place].uniqueIDs.append(uniqueID)
        }
    }
}
