/// One record of a service (RFC 2782).
public struct SRVRecord: Hashable, Sendable {
    public var priority: Int
    public var weight: Int
    public var port: Int
    /// In lower case, without the dot at its end; empty: the service is not there at all.
    public var target: String

    public init(priority: Int, weight: Int, port: Int, target: String) {
        self.priority = priority
        self.weight = weight
        self.port = port
        self.target = target
    }
}

/// A question for SRV records and its answer (RFC 1035 §4), as far as that needs.
enum DNSMessage {
    enum Answer: Equatable {
        case records([SRVRecord])
        /// There is no such name, or no record of this kind.
        case nothing
        /// The answer did not fit; ask over TCP.
        case truncated
        /// The server can't or won't say.
        case failed
    }

    static let srvType: UInt16 = 33
    /// Records that are read of one answer; labels of one name.
    static let mostRecords = 64
    static let mostLabels = 128

    /// A question with recursion wanted; nil when the name can't be asked for.
    static func query(_ name: String, id: UInt16) -> [UInt8]? {
        guard let encoded = encode(name) else { return nil }
        let header: [UInt8] = [UInt8(id >> 8), UInt8(id & 0xFF), 0x01, 0, 0, 1, 0, 0, 0, 0, 0, 0]
        return header + encoded + [0, UInt8(srvType), 0, 1]
    }

    /// Reads an answer to that question; nil for octets that are none: another id, another question, or cut short.
    static func answer(_ message: [UInt8], to name: String, id: UInt16) -> Answer? {
        guard message.count >= 12, number(message, 0) == Int(id), message[2] & 0x80 != 0, number(message, 4) == 1 else {
            return nil
        }
        var position = 12
        guard let asked = self.name(message, &position), asked == name.lowercased(), number(message, position) == 33,
            number(message, position + 2) == 1
        else { return nil }
        position += 4
        if message[2] & 0x02 != 0 { return .truncated }
        switch message[3] & 0x0F {
        case 0: break
        case 3: return .nothing
        default: return .failed
        }
        let count = number(message, 6) ?? 0
        var records: [SRVRecord] = []
        for _ in 0..<min(count, mostRecords) {
            guard let record = self.record(message, &position) else { return nil }
            if let srv = record { records.append(srv) }
        }
        return records.isEmpty ? .nothing : .records(records)
    }

    /// One resource record: an SRV record, nil for another kind; nil altogether when it is cut short.
    private static func record(_ message: [UInt8], _ position: inout Int) -> SRVRecord?? {
        guard name(message, &position) != nil, let type = number(message, position),
            let length = number(message, position + 8), position + 10 + length <= message.count
        else { return nil }
        let data = position + 10
        position = data + length
        guard type == Int(srvType), length >= 7 else { return .some(nil) }
        var target = data + 6
        guard let priority = number(message, data), let weight = number(message, data + 2),
            let port = number(message, data + 4), let name = name(message, &target), target <= position
        else { return nil }
        return SRVRecord(priority: priority, weight: weight, port: port, target: name)
    }

    private static func encode(_ name: String) -> [UInt8]? {
        var octets: [UInt8] = []
        for label in name.split(separator: ".", omittingEmptySubsequences: false) {
            guard (1...63).contains(label.utf8.count) else { return nil }
            octets.append(UInt8(label.utf8.count))
            octets += label.utf8
        }
        octets.append(0)
        return octets.count <= 255 ? octets : nil
    }

    /// A name, compressed or not (RFC 1035 §4.1.4), in lower case; `position` moves behind it. Pointers may only go back,
    /// so that no message can make this run for ever.
    static func name(_ message: [UInt8], _ position: inout Int) -> String? {
        var labels: [String] = []
        var index = position
        var end: Int?
        var lowest = position
        while index < message.count {
            let length = Int(message[index])
            if length == 0 {
                position = end ?? index + 1
                return labels.joined(separator: ".").lowercased()
            }
            if length & 0xC0 == 0xC0 {
                guard let pointer = number(message, index).map({ $0 & 0x3FFF }), pointer < lowest else { return nil }
                end = end ?? index + 2
                lowest = pointer
                index = pointer
                continue
            }
            guard length <= 63, index + 1 + length <= message.count, labels.count < mostLabels else { return nil }
            let label = message[(index + 1)..<(index + 1 + length)]
            guard label.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ".") }) else { return nil }
            labels.append(String(decoding: label, as: UTF8.self))
            index += 1 + length
        }
        return nil
    }

    private static func number(_ message: [UInt8], _ position: Int) -> Int? {
        guard position >= 0, position + 1 < message.count else { return nil }
        return Int(message[position]) << 8 | Int(message[position + 1])
    }
}
