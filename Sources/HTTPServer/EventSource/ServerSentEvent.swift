/// One event as it goes over the wire (HTML Living Standard §9.2.6): name, data of one line, and perhaps an id.
enum ServerSentEvent {
    static func encoded(name: StaticString, data: [UInt8], id: String?) -> [UInt8] {
        var bytes: [UInt8] = Array("event: \(name)\n".utf8)
        if let id { bytes += Array("id: \(id)\n".utf8) }
        bytes += Array("data: ".utf8)
        // JSON as we write it has no line ends; a data line must not have one.
        bytes += data.lazy.filter { $0 != 0x0A && $0 != 0x0D }
        bytes += [0x0A, 0x0A]
        return bytes
    }

    /// RFC 8620 §7.3: the interval in seconds that is in use.
    static func ping(_ interval: Duration) -> [UInt8] {
        encoded(name: "ping", data: Array("{\"interval\":\(interval.components.seconds)}".utf8), id: nil)
    }
}
