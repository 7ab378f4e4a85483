import NIOCore
import NIOPosix

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Says why no connection could be made.
struct ConnectFailure {
    let error: any Error
    let target: ConnectionTarget

    var described: TransportError {
        if let known = error as? TransportError { return known }
        let cause = String(describing: error)
        if error is CancellationError {
            return TransportError(.cancelled, "The connection was ended from our side.", cause: cause)
        }
        guard let failure = error as? NIOConnectionError else {
            if let code = code(of: error) { return sentence(code, cause: cause) }
            return sentence(.unreachable, cause: cause)
        }
        if failure.connectionErrors.isEmpty {
            return failure.dnsAError == nil && failure.dnsAAAAError == nil
                ? sentence(.connectTimeout, cause: cause) : sentence(.unknownHost, cause: cause)
        }
        let codes = failure.connectionErrors.compactMap { code(of: $0.error) }
        return sentence(codes.contains(.refused) ? .refused : codes.first ?? .unreachable, cause: cause)
    }

    private func code(of error: any Error) -> TransportError.Code? {
        if case ChannelError.connectTimeout? = error as? ChannelError { return .connectTimeout }
        guard let number = (error as? IOError)?.errnoCode else { return nil }
        switch number {
        case ECONNREFUSED: return .refused
        case ETIMEDOUT: return .connectTimeout
        default: return .unreachable
        }
    }

    private func sentence(_ code: TransportError.Code, cause: String) -> TransportError {
        let place = "\(target.host) at port \(target.port)"
        return switch code {
        case .unknownHost:
            TransportError(code, "The name \(target.host) could not be found; check the host.", cause: cause)
        case .refused:
            TransportError(code, "Nobody answers at \(place); check host and port.", cause: cause)
        case .connectTimeout:
            TransportError(code, "No connection to \(place) in time; check host, port and firewall.", cause: cause)
        default:
            TransportError(code, "No way to \(place) was found; check host, port and network.", cause: cause)
        }
    }
}
