import NIOCore

extension POP3ServerMachine {
    /// What CAPA announces. What is announced before sign-in is announced after it (RFC 2449 §5).
    var capabilities: Capabilities {
        var capabilities = Capabilities()
        capabilities.top = true
        capabilities.uniqueIDs = true
        capabilities.responseCodes = true
        capabilities.authResponseCode = true
        capabilities.pipelining = true
        if allowsSignIn {
            capabilities.user = true
            capabilities.saslMechanisms = ["PLAIN"]
        }
        switch configuration.security {
        case .startTLS, .startTLSOrPlainText: capabilities.startTLS = !isSecure
        case .implicitTLS, .plainText: break
        }
        return capabilities
    }

    mutating func writeCapabilities() {
        ok()
        for line in capabilities.lines { output.writeString(line + "\r\n") }
        output.writeStaticString(".\r\n")
    }

    mutating func ok(_ text: String? = nil) {
        output.writeStaticString("+OK")
        if let text { output.writeString(" \(text)") }
        output.writeStaticString("\r\n")
    }

    mutating func err(_ text: String) { output.writeString("-ERR \(text)\r\n") }

    /// -ERR to something that a client should not have sent; too many of them end the session.
    mutating func complain(_ text: String) {
        err(text)
        badCommands += 1
        if badCommands > configuration.badCommands { state = .closing }
    }
}
