import MailModel
import NIOCore
import NIOPosix
import TestSupport
import Testing

@testable import Transport

@Suite struct DNSMessageTests {
    static let name = "_pop3s._tcp.example.org"

    /// An answer to the question for `name`, with these answer records.
    static func answer(
        _ records: [[UInt8]], id: UInt16 = 7, flags: UInt16 = 0x8180, question: String = name, count: Int? = nil
    ) -> [UInt8] {
        var message = DNSMessage.query(question, id: id) ?? []
        message[2] = UInt8(flags >> 8)
        message[3] = UInt8(flags & 0xFF)
        let total = count ?? records.count
        message[6] = UInt8(total >> 8)
        message[7] = UInt8(total & 0xFF)
        return message + records.flatMap { $0 }
    }

    /// An SRV record whose owner is a pointer to the question.
    static func record(priority: UInt8 = 1, weight: UInt8 = 2, port: UInt16 = 995, target: [UInt8], type: UInt8 = 33)
        -> [UInt8]
    {
        let data: [UInt8] = [0, priority, 0, weight, UInt8(port >> 8), UInt8(port & 0xFF)] + target
        return [0xC0, 12, 0, type, 0, 1, 0, 0, 0, 60, 0, UInt8(data.count)] + data
    }

    static func labels(_ name: String) -> [UInt8] {
        name.split(separator: ".").flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) } + [0]
    }

    @Test func readsRecordsWithWholeAndCompressedNames() {
        // The pointer goes to "example.org" within the question: 12 + 7 (_pop3s) + 5 (_tcp).
        let message = Self.answer([
            Self.record(target: Self.labels("POP.example.org")),
            Self.record(priority: 5, port: 110, target: [4] + Array("mail".utf8) + [0xC0, 24]),
        ])
        #expect(
            DNSMessage.answer(message, to: Self.name, id: 7)
                == .records([
                    SRVRecord(priority: 1, weight: 2, port: 995, target: "pop.example.org"),
                    SRVRecord(priority: 5, weight: 2, port: 110, target: "mail.example.org"),
                ]))
    }

    @Test func skipsRecordsOfOtherKinds() {
        let message = Self.answer([Self.record(target: [0], type: 5), Self.record(target: [0])])
        #expect(
            DNSMessage.answer(message, to: Self.name, id: 7)
                == .records([SRVRecord(priority: 1, weight: 2, port: 995, target: "")]))
    }

    @Test func tellsAbsentFailedAndTruncatedApart() {
        func read(_ flags: UInt16) -> DNSMessage.Answer? {
            DNSMessage.answer(Self.answer([], flags: flags), to: Self.name, id: 7)
        }
        #expect(read(0x8180) == .nothing)
        #expect(read(0x8183) == .nothing)
        #expect(read(0x8182) == .failed)
        #expect(read(0x8380) == .truncated)
    }

    @Test func refusesAnswersToOtherQuestions() {
        let record = Self.record(target: Self.labels("evil.example"))
        #expect(DNSMessage.answer(Self.answer([record], id: 8), to: Self.name, id: 7) == nil)
        #expect(
            DNSMessage.answer(Self.answer([record], question: "_pop3s._tcp.other.org"), to: Self.name, id: 7) == nil)
        #expect(DNSMessage.answer(Self.answer([record], flags: 0x0100), to: Self.name, id: 7) == nil)
    }

    @Test func namesThatPointAtThemselvesOrForwardEnd() {
        for pointer in [[UInt8](arrayLiteral: 0xC0, 60), [0xC0, 0xFF], [0xFF, 0xFF], [0xC0]] {
            let message = Self.answer([Self.record(target: pointer)])
            #expect(DNSMessage.answer(message, to: Self.name, id: 7) == nil)
        }
        var loop = 0
        #expect(DNSMessage.name([0xC0, 0], &loop) == nil)
    }

    @Test func everyCutAndEveryChangedOctetIsSurvived() {
        let message = Self.answer([
            Self.record(target: Self.labels("pop.example.org")), Self.record(target: [1, 0x61, 0xC0, 24]),
        ])
        for count in 0..<message.count {
            #expect(DNSMessage.answer(Array(message[..<count]), to: Self.name, id: 7) == nil)
        }
        for index in message.indices {
            for value in [UInt8(0), 0x3F, 0x40, 0xC0, 0xFF] {
                var changed = message
                changed[index] = value
                _ = DNSMessage.answer(changed, to: Self.name, id: 7)
            }
        }
    }

    @Test func aThousandAnnouncedRecordsAreReadUpToTheLimit() {
        let record = Self.record(target: [0])
        let many = Self.answer(Array(repeating: record, count: DNSMessage.mostRecords + 1))
        guard case .records(let records)? = DNSMessage.answer(many, to: Self.name, id: 7) else {
            Issue.record("no records")
            return
        }
        #expect(records.count == DNSMessage.mostRecords)
        #expect(DNSMessage.answer(Self.answer([record], count: 1000), to: Self.name, id: 7) == nil)
    }

    @Test func namesThatCantBeAskedForAreNotAsked() {
        #expect(DNSMessage.query(String(repeating: "a", count: 64) + ".org", id: 1) == nil)
        #expect(DNSMessage.query("a..org", id: 1) == nil)
        #expect(DNSMessage.query(Array(repeating: "abcdefg", count: 40).joined(separator: "."), id: 1) == nil)
    }

    @Test func readsNameServersFromTheSystemsFile() {
        let text =
            "# c\nsearch x\nnameserver 192.0.2.1\nnameserver\tfe80::1%eth0\nnameserver x\nnameserver ::1\nnameserver 1.1.1.1\n"
        #expect(DNSServiceResolver.servers(in: text).map(\.description) == ["192.0.2.1", "fe80::1", "::1"])
        #expect(DNSServiceResolver.servers(in: "").map(\.description) == ["127.0.0.1"])
    }
}

/// A name server on loopback: what it gets it answers as a test says.
@Suite struct DNSServiceResolverTests {
    private func ask(
        within timeout: Duration = .seconds(20), udp: @escaping @Sendable (_ query: [UInt8]) -> [[UInt8]]
    ) async throws -> [SRVRecord] {
        let channel = try await DatagramBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(host: "127.0.0.1", port: 0) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<AddressedEnvelope<ByteBuffer>, AddressedEnvelope<ByteBuffer>>(
                        wrappingChannelSynchronously: channel)
                }
            }
        let port = try #require(channel.channel.localAddress?.port)
        let address = try #require(IPAddress("127.0.0.1"))
        return try await channel.executeThenClose { inbound, outbound in
            try await withThrowingTaskGroup(of: [SRVRecord]?.self) { group in
                group.addTask {
                    for try await question in inbound {
                        for answer in udp(Array(buffer: question.data)) {
                            try await outbound.write(
                                AddressedEnvelope(
                                    remoteAddress: question.remoteAddress, data: ByteBuffer(bytes: answer)))
                        }
                    }
                    return nil
                }
                let resolver = DNSServiceResolver(servers: [(address, port)], timeout: timeout)
                defer { group.cancelAll() }
                return try await resolver.records(of: DNSMessageTests.name)
            }
        }
    }

    private static func id(_ query: [UInt8]) -> UInt16 { UInt16(query[0]) << 8 | UInt16(query[1]) }

    @Test func asksAndReadsAndOverlooksForgedAnswers() async throws {
        let target = DNSMessageTests.labels("pop.example.org")
        let forged = DNSMessageTests.labels("evil.example")
        let records = try await ask(udp: { query in
            let id = Self.id(query)
            return [
                DNSMessageTests.answer([DNSMessageTests.record(target: forged)], id: id &+ 1), [1, 2, 3],
                DNSMessageTests.answer([DNSMessageTests.record(target: target)], id: id),
            ]
        })
        #expect(records.map(\.target) == ["pop.example.org"])
    }

    @Test func anAbsentNameHasNoRecords() async throws {
        let records = try await ask(udp: { [DNSMessageTests.answer([], id: Self.id($0), flags: 0x8183)] })
        #expect(records.isEmpty)
    }

    @Test func aServerThatIsSilentOrFailsIsAnError() async throws {
        for answers in [[], [[UInt8]]([DNSMessageTests.answer([], flags: 0x8182)])] {
            let error = await #expect(throws: TransportError.self) {
                try await ask(within: .milliseconds(300), udp: { _ in answers })
            }
            #expect(error?.code == .unknownHost)
        }
    }
}
