import MailModel
import NIOCore
import SASL

/// One way to sign in, from its first command to the server's verdict.
struct SignInAttempt: Sendable {
    enum Step: Sendable {
        case send(ByteBuffer)
        case signedIn
    }

    private enum State: Sendable {
        case userName(password: Secret)
        /// AUTH was sent without its initial response, which follows the challenge.
        case initialResponse(any SASLExchange, Secret)
        case exchange(any SASLExchange)
        /// The last answer is due.
        case verdict
    }

    let method: SignInMethod
    /// What the attempt begins with.
    let opening: ByteBuffer
    private var state: State

    /// USER and PASS.
    init(userName: String, password: Secret) {
        method = .userPass
        opening = Self.line(.user(userName))
        state = .userName(password: password)
    }

    /// APOP.
    init(userName: String, digest: String) {
        method = .apop
        opening = Self.line(Secret("APOP \(userName) \(digest)"))
        state = .verdict
    }

    /// AUTH. An initial response goes with it if the line stays within 255 octets (RFC 5034 §4); tokens usually do not.
    init(_ mechanism: SASLMechanism, _ exchange: any SASLExchange) {
        method = .sasl(mechanism)
        guard let response = exchange.initialResponse else {
            opening = Self.line(.auth(mechanism: mechanism.rawValue, initialResponse: nil))
            state = .exchange(exchange)
            return
        }
        let encoded = Self.encode(response)
        let whole = Self.line(.auth(mechanism: mechanism.rawValue, initialResponse: encoded))
        if whole.readableBytes <= Command.maximumLength {
            opening = whole
            state = .exchange(exchange)
        } else {
            opening = Self.line(.auth(mechanism: mechanism.rawValue, initialResponse: nil))
            state = .initialResponse(exchange, encoded)
        }
    }

    /// Whether everything was said and the verdict is due.
    var awaitsVerdict: Bool {
        switch state {
        case .verdict: true
        case .exchange(let exchange): exchange.isComplete
        case .userName, .initialResponse: false
        }
    }

    /// Takes in an answer that is no refusal.
    mutating func read(_ reply: Reply) throws(POP3Error) -> Step {
        switch (state, reply.status) {
        case (.userName(let password), .positive):
            state = .verdict
            return .send(Self.line(.pass(password)))
        case (.initialResponse(let exchange, let response), _):
            // QUIRK: `+OK` where `+ ` is due; Tests/Corpus/pop3/client/auth-ok-as-challenge.transcript
            state = .exchange(exchange)
            return .send(Self.line(response))
        case (.exchange(let exchange), .positive) where !exchange.takesAcceptanceForChallenge:
            guard exchange.isComplete else { throw .serverUnproven }
            return .signedIn
        case (.exchange(var exchange), _):
            let challenge = Array(reply.text.readableBytesView.filter { !$0.isBlank })
            let response = try exchange.respond(to: Base64.decode(challenge))
            state = .exchange(exchange)
            return .send(Self.line(Self.encode(response)))
        case (.verdict, .positive):
            return .signedIn
        case (.userName, _), (.verdict, _):
            throw .malformedReply(reply.text)
        }
    }

    private static func encode(_ response: Secret) -> Secret {
        Secret(bytes: response.withBytes { Base64.encode($0) })
    }

    private static func line(_ command: Command) -> ByteBuffer {
        var output = ByteBuffer()
        command.write(to: &output)
        return output
    }

    private static func line(_ response: Secret) -> ByteBuffer {
        var output = ByteBuffer()
        response.withBytes { _ = output.writeBytes($0) }
        output.writeStaticString("\r\n")
        return output
    }
}
