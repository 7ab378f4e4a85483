import Foundation
import MailModel
import OAuth2
import OutboundHTTP
import Yams

/// A file that describes a provider: YAML, or JSON, which is YAML as well.
///
///     name: example
///     tokenEndpoint: https://login.example.org/token
///     deviceEndpoint: https://login.example.org/device         # or authorizationEndpoint, or both
///     clientID: …
///     clientSecret: …                                          # only if the provider gave one
///     scopes: [mail.pop, offline_access]
///     host: pop.example.org                                    # where to poll when --host is left out
///     parameters: {audience: mail}                             # more parameters of the authorization request
enum OAuthFile {
    static let keys = [
        "name", "tokenEndpoint", "deviceEndpoint", "authorizationEndpoint", "clientID", "clientSecret", "scopes",
        "host",
        "parameters",
    ]
    static let largest = 64 * 1024

    static func read(_ path: String) throws(CommandError) -> OAuthProvider {
        guard let data = FileManager.default.contents(atPath: path), data.count <= largest,
            let text = String(data: data, encoding: .utf8)
        else { throw CommandError(.noInput, "The provider's file \(path) can't be read, or is no text of its kind.") }
        return try parse(text, from: path)
    }

    static func parse(_ text: String, from path: String) throws(CommandError) -> OAuthProvider {
        guard let mapping = (try? Yams.compose(yaml: text))?.mapping else {
            throw CommandError(.data, "\(path) is neither YAML nor JSON with keys: \(keys.joined(separator: ", ")).")
        }
        for (key, _) in mapping where !keys.contains(key.scalar?.string ?? "") {
            throw CommandError(
                .data,
                "\(path): there is no key \(key.scalar?.string ?? "of that kind"). It takes \(keys.joined(separator: ", "))."
            )
        }
        func value(_ key: String) -> String? { mapping[Node(key)]?.scalar?.string }
        func endpoint(_ key: String) throws(CommandError) -> OutboundURL? {
            guard let text = value(key) else { return nil }
            guard let url = OutboundURL(text), url.scheme == .https || url.isLoopback else {
                throw CommandError(.data, "\(path): \(key) must be an https URL.")
            }
            return url
        }
        guard let token = try endpoint("tokenEndpoint"), let clientID = value("clientID"), !clientID.isEmpty else {
            throw CommandError(.data, "\(path) needs tokenEndpoint and clientID.")
        }
        let (device, authorization) = (try endpoint("deviceEndpoint"), try endpoint("authorizationEndpoint"))
        guard device != nil || authorization != nil else {
            throw CommandError(.data, "\(path) needs deviceEndpoint or authorizationEndpoint.")
        }
        var provider = OAuthProvider(
            name: value("name") ?? URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent,
            authorizationEndpoint: authorization, deviceEndpoint: device, tokenEndpoint: token, clientID: clientID,
            clientSecret: value("clientSecret").map { Secret($0) },
            scopes: mapping[Node("scopes")]?.sequence?.compactMap { $0.scalar?.string }
                ?? value("scopes")?.split(separator: " ").map(String.init) ?? [])
        provider.popHost = value("host")
        for (name, value) in mapping[Node("parameters")]?.mapping ?? [:] {
            if let name = name.scalar?.string, let value = value.scalar?.string {
                provider.extraParameters.append((name, value))
            }
        }
        return provider
    }
}
