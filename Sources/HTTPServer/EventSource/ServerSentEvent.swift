/// One event as it goes over the wire (HTML Living Standard §9.2.6): name, perhaps an id, and data of one line.
struct ServerSentEvent: Sendable {
    let octets: [UInt8]

    static func encoded(name: StaticString, data: [UInt8], id: String?) -> ServerSentEvent {
        var octets: [UInt8] = Array("event: \(name)\n".utf8)
        if let id { octets += Array("id: \(id)\n".utf8) }
        octets += Array("data: ".utf8)
        // JSON as we write it has no line ends; a data line must not have one.
        octets += data.lazy.filter { $0 != 0x0A && $0 != 0x0D }
        octets += [0x0A, 0x0A]
        return ServerSentEvent(octets: octets)
    }

    /// RFC 8620 §7.3: the interval in seconds that is in use.
    static func ping(_ interval: Duration) -> ServerSentEvent {
        encoded(name: "ping", data: Array("{\"interval\":\(interval.components.seconds)}".utf8), id: nil)
    }
}
