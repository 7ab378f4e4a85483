import MailModel
import NIOCore
import SASL

/// STLS and the commands of the AUTHORIZATION state.
extension POP3ServerMachine {
    mutating func startTLS() {
        guard configuration.security != .implicitTLS, configuration.security != .plainText else {
            return complain("This server has no STLS here.")
        }
        guard !isSecure else { return complain("TLS is active already.") }
        // RFC 2595 §4: what stands behind STLS was not said under TLS. Somebody may have put it there.
        guard input.readableBytes == 0 else {
            err("Nothing may be sent between STLS and the handshake.")
            state = .closing
            return
        }
        ok("Begin TLS now")
        let last = output
        output = ByteBuffer()
        state = .handshaking
        pending = .startTLS(after: last)
    }

    var allowsSignIn: Bool {
        switch configuration.security {
        case .implicitTLS, .startTLSOrPlainText, .plainText: true
        case .startTLS: isSecure
        }
    }

    /// USER, PASS or AUTH; `userName` is what an earlier USER gave.
    mutating func takeCredentials(_ command: Command, after userName: String?) {
        guard allowsSignIn else { return complain("Signing in needs TLS: send STLS first.") }
        switch command {
        case .user(let name):
            guard userName == nil else { return complain("The user name was given already.") }
            ok("The password, please")
            state = .authorization(userName: name)
        case .pass(let password):
            guard let userName else { return complain("The user name comes first.") }
            begin(PlainCredentials(userName: userName, password: password))
        case .auth(let mechanism, let response):
            authenticate(mechanism, response)
        case .capabilities, .startTLS, .stat, .list, .retrieve, .delete, .noop, .reset, .top, .uniqueID, .quit:
            break
        }
    }

    private mutating func authenticate(_ mechanism: String, _ response: Secret?) {
        guard mechanism == "PLAIN" else { return complain("The only mechanism is PLAIN.") }
        if let response {
            response.withBytes { takeResponse($0) }
        } else {
            output.writeStaticString("+ \r\n")
            state = .awaitingResponse
        }
    }

    /// AUTH PLAIN's response in base64, or `*`: the client has changed its mind (RFC 5034 §4).
    mutating func takeResponse(_ text: [UInt8]) {
        state = .authorization(userName: nil)
        guard text != [UInt8(ascii: "*")] else { return complain("The sign-in was cancelled.") }
        guard let message = Base64.decode(text), let credentials = PlainCredentials(message: message) else {
            return complain("That is no response of the mechanism PLAIN.")
        }
        begin(credentials)
    }

    private mutating func begin(_ credentials: PlainCredentials) {
        state = .signingIn
        pending = .signIn(userName: credentials.userName, password: credentials.password)
    }
}
