import Foundation
import MailModel
import NIOCore
import NIOPosix

/// Finds the SRV records of services; tests have their own.
public protocol ServiceResolver: Sendable {
    /// The records of a name such as `_pop3s._tcp.example.org`; empty when there are none.
    ///
    /// Throws ``TransportError/Code/unknownHost`` when nobody can say.
    func records(of name: String) async throws(TransportError) -> [SRVRecord]
}

/// Asks the name servers of this machine's `resolv.conf`: over UDP, and over TCP where an answer does not fit.
public struct DNSServiceResolver: ServiceResolver {
    private let servers: [(address: IPAddress, port: Int)]
    private let timeout: Duration
    private let connector: Connector

    public init(resolvConf: String = "/etc/resolv.conf", timeout: Duration = .seconds(3)) {
        let text = FileManager.default.contents(atPath: resolvConf).map { String(decoding: $0, as: UTF8.self) } ?? ""
        self.init(servers: Self.servers(in: text).map { ($0, 53) }, timeout: timeout)
    }

    init(servers: [(address: IPAddress, port: Int)], timeout: Duration) {
        self.servers = servers
        self.timeout = timeout
        connector = Connector()
    }

    /// `nameserver` lines, three at most, as the system's own resolver reads them (resolv.conf(5)).
    static func servers(in text: String) -> [IPAddress] {
        let found = text.split(whereSeparator: \.isNewline).compactMap { line -> IPAddress? in
            let words = line.split { $0 == " " || $0 == "\t" }
            guard words.count >= 2, words[0] == "nameserver" else { return nil }
            return IPAddress(words[1].prefix { $0 != "%" })
        }
        return found.isEmpty ? [IPAddress("127.0.0.1")].compactMap { $0 } : Array(found.prefix(3))
    }

    public func records(of name: String) async throws(TransportError) -> [SRVRecord] {
        for server in servers {
            let id = UInt16.random(in: .min ... .max)
            guard let query = DNSMessage.query(name, id: id) else { return [] }
            var answer = await udp(query, name, id, server)
            if answer == .truncated { answer = await tcp(query, name, id, server) }
            switch answer {
            case .records(let records): return records
            case .nothing: return []
            case .truncated, .failed, nil: continue
            }
        }
        throw TransportError(.unknownHost, "The name servers of this machine do not say anything about \(name).")
    }

    private func udp(
        _ query: [UInt8], _ name: String, _ id: UInt16, _ server: (address: IPAddress, port: Int)
    ) async -> DNSMessage.Answer? {
        do {
            let address = try SocketAddress(
                packedIPAddress: ByteBuffer(bytes: server.address.octets), port: server.port)
            // Connected: the kernel takes answers from this server only.
            let channel = try await DatagramBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connect(to: address) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try NIOAsyncChannel<AddressedEnvelope<ByteBuffer>, AddressedEnvelope<ByteBuffer>>(
                            wrappingChannelSynchronously: channel)
                    }
                }
            let timeout = timeout
            return try await channel.executeThenClose { inbound, outbound in
                try await outbound.write(AddressedEnvelope(remoteAddress: address, data: ByteBuffer(bytes: query)))
                return try await withThrowingTaskGroup(of: DNSMessage.Answer?.self) { group in
                    group.addTask {
                        for try await datagram in inbound {
                            if let answer = DNSMessage.answer(Array(buffer: datagram.data), to: name, id: id) {
                                return answer
                            }
                        }
                        return nil
                    }
                    group.addTask {
                        try await Task.sleep(for: timeout)
                        return nil
                    }
                    let answer = try await group.next() ?? nil
                    group.cancelAll()
                    return answer
                }
            }
        } catch {
            return nil
        }
    }

    private func tcp(
        _ query: [UInt8], _ name: String, _ id: UInt16, _ server: (address: IPAddress, port: Int)
    ) async -> DNSMessage.Answer? {
        let target = ConnectionTarget(
            host: server.address.description, port: server.port, start: .plain, connectTimeout: timeout)
        let timeout = timeout
        return try? await connector.withConnection(to: target) { connection in
            // RFC 1035 §4.2.2: the length in two octets stands before the message.
            let framed = [UInt8(query.count >> 8), UInt8(query.count & 0xFF)] + query
            try await connection.write(ByteBuffer(bytes: framed), within: timeout)
            var octets: [UInt8] = []
            while let bytes = try await connection.read(within: timeout) {
                octets += Array(buffer: bytes)
                guard octets.count >= 2 else { continue }
                let length = Int(octets[0]) << 8 | Int(octets[1])
                if octets.count >= 2 + length {
                    return DNSMessage.answer(Array(octets[2..<2 + length]), to: name, id: id)
                }
            }
            return nil
        }
    }
}
