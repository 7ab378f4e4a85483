import MailModel
import NIOCore
import POP3

/// Plays the server's part of a transcript to a client machine.
struct ClientReplay {
    private var machine: POP3ClientMachine
    private(set) var sent: [UInt8] = []
    private(set) var events: [String] = []
    /// Where the machine stopped sending what the transcript says; nil while it does.
    private(set) var deviation: String?
    private var message: [UInt8] = []
    private var handshakes = 0
    private var keepsDots: Bool

    init(_ transcript: Transcript, limits: Limits.POP3Client = .init()) {
        let security: ClientConfiguration.Security =
            switch transcript.values("security").first {
            case "starttls": .startTLS
            case "tls": .implicitTLS
            default: .plainText
            }
        keepsDots = !transcript.values("keep-dots").isEmpty
        machine = POP3ClientMachine(Self.configuration(transcript, security, limits))
        for text in transcript.values("order") {
            if let order = ClientOrder(text: text) { machine.perform(order) } else { deviation = "order \(text)" }
        }
    }

    /// `@token`, `@sign-in`, `@nonce`, `@binding` and `@no-capa` are what a configuration says besides name and password;
    /// `@earlier METHOD MECHANISM…` is how an earlier session signed in, and what was announced then.
    private static func configuration(
        _ transcript: Transcript, _ security: ClientConfiguration.Security, _ limits: Limits.POP3Client
    ) -> ClientConfiguration {
        let token = transcript.values("token").first.map { Credential.accessToken(Secret($0)) }
        let password = Secret(bytes: Transcript.unescape(transcript.values("password").first ?? "secret"))
        var configuration = ClientConfiguration(
            security: security, userName: transcript.values("user").first ?? "ann",
            credential: token ?? .password(password), limits: limits)
        configuration.preference =
            transcript.values("sign-in").first.flatMap(SignInPreference.init(rawValue:)) ?? .automatic
        configuration.nonce = transcript.values("nonce").first
        configuration.channelBinding = transcript.values("binding").first.map {
            ChannelBinding(type: "tls-server-end-point", data: Transcript.unescape($0))
        }
        configuration.asksCapabilities = transcript.values("no-capa").isEmpty
        configuration.host = "pop.example.org"
        configuration.port = 995
        let earlier = transcript.values("earlier").first?.split(separator: " ").map(String.init)
        if let earlier, let method = earlier.first.flatMap(SignInMethod.init) {
            configuration.earlier = EarlierSignIn(method: method, announced: Array(earlier.dropFirst()))
        }
        return configuration
    }

    mutating func run(_ transcript: Transcript, cuts: Cuts) {
        var expected: [UInt8] = []
        for step in transcript.steps {
            switch step {
            case .client(let bytes):
                expected += bytes
                if !sent.starts(with: expected) { note("expected \(Transcript.escape(expected))") }
            case .server(let bytes):
                for piece in cuts.pieces(of: bytes) {
                    machine.received(piece)
                    drain()
                }
            case .tls:
                if handshakes != 1 { note("no handshake was asked for") }
                machine.tlsEstablished()
                drain()
            case .silence:
                machine.silence()
                drain()
            case .eof:
                machine.connectionClosed()
                drain()
            }
        }
        if sent != expected { note("expected in all \(Transcript.escape(expected))") }
    }

    /// `@keep-dots` takes the first message with every dot.
    private mutating func keepDots() {
        guard keepsDots else { return }
        keepsDots = false
        machine.keepDots()
    }

    private mutating func note(_ text: String) {
        if deviation == nil { deviation = "\(text), sent \(Transcript.escape(sent)), told \(events)" }
    }

    /// How the session signed in.
    var signInMethod: SignInMethod? { machine.signInMethod }

    mutating func feed(_ buffer: ByteBuffer) {
        machine.received(buffer)
        drain()
    }

    mutating func close() {
        machine.connectionClosed()
        drain()
    }

    mutating func drain() {
        while true {
            switch machine.next() {
            case .wait: return
            case .send(let buffer): sent += Array(buffer.readableBytesView)
            case .startTLS: handshakes += 1
            case .signedIn(let capabilities):
                keepDots()
                events.append("signed in " + capabilities.lines.joined(separator: ", "))
            case .answer(let answer): events.append(answer.text)
            case .messageBegan: message = []
            case .messageBytes(let buffer): message += Array(buffer.readableBytesView)
            case .messageEnded(let number, let octets):
                events.append("message \(number) \(octets) \(Transcript.escape(message))")
            case .refused(let order, let error): events.append("refused \(order.text) \(error.text)")
            case .finished: events.append("finished")
            case .failed(let error): events.append("failed \(error.text)")
            }
        }
    }
}

extension POP3Error {
    var text: String {
        code.rawValue + (responseCode.map { " \($0)" } ?? "") + (messageNumber.map { " about \($0)" } ?? "")
    }
}

extension ClientAnswer {
    var text: String {
        switch self {
        case .capabilities(let capabilities): "capabilities " + capabilities.lines.joined(separator: ", ")
        case .maildropSize(let size): "size \(size.messages) \(size.octets)"
        case .uniqueIDs(let listing):
            "unique-ids" + listing.map { " \($0.number)=\($0.uniqueID)" }.joined()
                + " malformed \(listing.malformedLines)"
        case .uniqueID(let element): "unique-id \(element.number)=\(element.uniqueID)"
        case .scanListing(let listing):
            "scan" + listing.map { " \($0.number)=\($0.octets)" }.joined() + " malformed \(listing.malformedLines)"
        case .size(let element): "size of \(element.number)=\(element.octets)"
        case .done(let order): "done \(order.text)"
        }
    }
}

extension ClientOrder {
    /// The command line, and for RETR the octets that are expected.
    init?(text: String) {
        let fields = text.split(separator: " ").map(String.init)
        let number = fields.count > 1 ? Int(fields[1]).flatMap { MessageNumber($0) } : nil
        let last = fields.count > 2 ? Int(fields[2]) : nil
        switch (fields.first, number, last) {
        case ("CAPA", nil, nil): self = .capabilities
        case ("STAT", nil, nil): self = .maildropSize
        case ("UIDL", nil, nil): self = .uniqueIDs
        case ("UIDL", let number?, nil): self = .uniqueID(number)
        case ("LIST", nil, nil): self = .scanListing
        case ("LIST", let number?, nil): self = .size(number)
        case ("RETR", let number?, _): self = .retrieve(number, octets: last ?? 0)
        case ("TOP", let number?, let lines?): self = .top(number, lines: lines)
        case ("DELE", let number?, nil): self = .delete(number)
        case ("NOOP", nil, nil): self = .noop
        case ("RSET", nil, nil): self = .reset
        case ("QUIT", nil, nil): self = .quit
        default: return nil
        }
    }

    var text: String {
        switch self {
        case .capabilities: "CAPA"
        case .maildropSize: "STAT"
        case .uniqueIDs: "UIDL"
        case .uniqueID(let number): "UIDL \(number)"
        case .scanListing: "LIST"
        case .size(let number): "LIST \(number)"
        case .retrieve(let number, octets: _): "RETR \(number)"
        case .top(let number, let lines): "TOP \(number) \(lines)"
        case .delete(let number): "DELE \(number)"
        case .noop: "NOOP"
        case .reset: "RSET"
        case .quit: "QUIT"
        }
    }
}
