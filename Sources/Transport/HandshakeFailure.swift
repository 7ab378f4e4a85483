import NIOSSL

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Finds out why a client's TLS handshake failed, and says it with what can be done about it.
struct HandshakeFailure {
    let error: any Error
    let certificate: PeerCertificate?
    let target: ConnectionTarget

    var described: TransportError {
        var described = inWords
        if described.isIdentityError { described.certificate = certificate }
        return described
    }

    private var inWords: TransportError {
        if let known = error as? TransportError { return known }
        let cause = String(describing: error)
        if let extra = error as? NIOSSLExtraError,
            extra == .failedToValidateHostname || extra == .serverHostnameImpossibleToMatch
        {
            return TransportError(
                .certificateWrongName,
                "The server's certificate is not for the name \(target.host). Check the host; \(pinAdvice)",
                cause: cause)
        }
        guard case NIOSSLError.handshakeFailed? = error as? NIOSSLError,
            cause.contains("CERTIFICATE_VERIFY_FAILED")
        else {
            return TransportError(
                .handshake,
                "TLS could not be agreed on with \(target.host) at port \(target.port): check the port and the security"
                    + " setting; the server must speak TLS 1.2 or later.",
                cause: cause)
        }
        return refusedCertificate(cause: cause)
    }

    private func refusedCertificate(cause: String) -> TransportError {
        guard let certificate else {
            return TransportError(
                .certificateUnknownIssuer, "The server's certificate could not be verified.", cause: cause)
        }
        let now = Int64(time(nil))
        if let pin = target.certificatePin, certificate.sha256 != pin {
            return TransportError(
                .certificatePin,
                "The server's certificate is not the pinned one. If it was renewed on purpose, set the pin to"
                    + " \(certificate.hexSHA256); if not, somebody may be in between.",
                cause: cause)
        }
        if certificate.isExpired(at: now) {
            return TransportError(
                .certificateExpired,
                "The server's certificate expired on \(day(certificate.notValidAfter)): its operator must renew it;"
                    + " \(pinAdvice)",
                cause: cause)
        }
        if certificate.isNotYetValid(at: now) {
            return TransportError(
                .certificateNotYetValid,
                "The server's certificate is valid only from \(day(certificate.notValidBefore)): check this machine's"
                    + " clock; \(pinAdvice)",
                cause: cause)
        }
        if certificate.isSelfIssued {
            return TransportError(
                .certificateSelfSigned, "The server's certificate is signed by itself, by nobody known: \(pinAdvice)",
                cause: cause)
        }
        return TransportError(
            .certificateUnknownIssuer,
            "The server's certificate comes from an issuer that this machine does not trust, or an intermediate"
                + " certificate is missing or expired: \(pinAdvice)",
            cause: cause)
    }

    private var pinAdvice: String {
        guard let certificate else { return "to trust exactly this certificate, pin it." }
        return "to trust exactly this certificate, set the maildrop's certificate pin to \(certificate.hexSHA256)."
    }

    /// `2026-11-21`, UTC.
    private func day(_ seconds: Int64) -> String {
        var time = time_t(seconds)
        var parts = tm()
        guard gmtime_r(&time, &parts) != nil else { return "\(seconds)" }
        func padded(_ number: Int32) -> String { (number < 10 ? "0" : "") + String(number) }
        return "\(parts.tm_year + 1900)-\(padded(parts.tm_mon + 1))-\(padded(parts.tm_mday))"
    }
}
