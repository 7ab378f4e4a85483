import JMAP
import OutboundHTTP

extension Settings {
    /// Where people's programs reach their mail by POP3, for people to be told; nil when they don't.
    ///
    /// With TLS from the start if there is that; but rather what everybody can reach than what only this machine can.
    /// `ports` are those that were bound: of `pop3`, then of `pop3s`, each if it is on.
    func devicePOP3(ports: [Int]) -> DevicePOP3? {
        var ways: [(listen: ListenAddress, port: Int, security: DevicePOP3.Security)] = []
        var ports = ports[...]
        if !pop3.listen.isOff, let port = ports.popFirst() {
            ways.append((pop3.listen, port, tls.isConfigured ? .startTLS : .plain))
        }
        if !pop3s.listen.isOff, tls.isConfigured, let port = ports.popFirst() {
            ways.insert((pop3s.listen, port, .tls), at: 0)
        }
        guard let way = ways.first(where: { !$0.listen.isLoopback }) ?? ways.first else { return nil }
        return DevicePOP3(host: deviceHost(way.listen), port: way.port, security: way.security)
    }

    /// The name that the certificate and the web client's address have, unless only this machine can connect.
    private func deviceHost(_ listen: ListenAddress) -> String? {
        if listen.isLoopback { return listen.host }
        return OutboundURL(publicURL)?.host ?? (["0.0.0.0", "::"].contains(listen.host) ? nil : listen.host)
    }
}
