import Foundation
import JSON
import Logging
import MailModel
import OAuth2
import OutboundHTTP

/// A sign-in at a provider that a command line asks for with `--oauth`.
public struct OAuthSource: Sendable {
    /// How the person signs in.
    public enum Flow: String, CaseIterable, Sendable {
        /// A code to type in on any device (RFC 8628).
        case device
        /// A browser on this machine (RFC 8252).
        case browser
    }

    /// `google`, `microsoft`, or the path of a file that describes a provider.
    let name: String
    /// Nil: with a code where the provider has that, else with a browser.
    let flow: Flow?

    public init(_ name: String, flow: Flow?) {
        self.name = name
        self.flow = flow
    }

    /// The provider, with the client id that the configuration or the file gives.
    func provider(_ settings: Settings) throws(CommandError) -> OAuthProvider {
        switch name {
        case "google":
            let id = settings.oauth.google.clientID
            guard !id.isEmpty else { throw Self.missing(Self.googleAdvice) }
            let secret = settings.oauth.google.clientSecret
            return try Self.known(.google(clientID: id, clientSecret: secret.isEmpty ? nil : Secret(secret)))
        case "microsoft":
            let id = settings.oauth.microsoft.clientID
            guard !id.isEmpty else { throw Self.missing(Self.microsoftAdvice) }
            return try Self.known(.microsoft(clientID: id))
        default:
            guard name.contains("/") || FileManager.default.fileExists(atPath: name) else {
                throw CommandError(
                    .usage, "--oauth takes google, microsoft or the path of a file, and there is no file \(name).")
            }
            return try OAuthFile.read(name)
        }
    }

    /// Puts into a verb's arguments what a sign-in brings: the grant, and the provider's server if none is named.
    func complete(
        _ arguments: inout JSONObject, of verb: String, _ settings: Settings, http: any HTTPFetcher = OutboundHTTP(),
        show: @escaping @Sendable (String) -> Void
    ) async throws(CommandError) {
        let provider = try provider(settings)
        if verb == "maildrop.add", arguments["host"] == nil, let host = provider.popHost {
            arguments["host"] = .string(host)
        }
        arguments["grant"] = try await signIn(provider, http: http, show: show)
    }

    /// Has the person sign in, and gives what `maildrop.add` and `maildrop.set` take as `grant`.
    func signIn(
        _ provider: OAuthProvider, http: any HTTPFetcher = OutboundHTTP(), show: @escaping @Sendable (String) -> Void
    ) async throws(CommandError) -> JSONValue {
        let client = OAuthClient(http: http, policy: .unrestricted)
        let chosen = flow ?? (provider.deviceEndpoint == nil ? .browser : .device)
        let tokens: TokenSet
        do {
            switch chosen {
            case .device:
                tokens = try await DeviceSignIn(provider, client: client).run { show(Self.text($0)) }
            case .browser:
                tokens = try await BrowserSignIn(provider, client: client, logger: .quiet).run { url, port in
                    show(Self.text(url, port))
                }
            }
        } catch {
            throw CommandError(error.code == .temporary ? .unavailable : .noPermission, error.message)
        }
        guard let refreshToken = tokens.refreshToken else {
            throw CommandError(
                .data,
                "\(provider.name) gave no refresh token, without which there is no polling: add the scope for offline"
                    + " access (often offline_access) to the file.")
        }
        return .object([
            "provider": .string(provider.name), "tokenEndpoint": .text(provider.tokenEndpoint),
            "clientId": .string(provider.clientID),
            "clientSecret": provider.clientSecret.map { .string(Self.text($0)) },
            "refreshToken": .string(Self.text(refreshToken)),
        ])
    }

    private static func known(_ provider: OAuthProvider?) throws(CommandError) -> OAuthProvider {
        guard let provider else { throw CommandError(.software, "The provider's addresses are no URLs.") }
        return provider
    }

    private static func text(_ secret: Secret) -> String {
        secret.withBytes { String(decoding: $0, as: UTF8.self) }
    }

    private static func text(_ prompt: DeviceSignIn.Prompt) -> String {
        """
        To sign in, open this page on any device and type in the code:

          page  \(prompt.verificationURL)
          code  \(prompt.userCode)
        \(prompt.completeURL.map { "\nOr, with the code in it already: \($0)\n" } ?? "")
        Waiting…
        """
    }

    private static func text(_ url: String, _ port: Int) -> String {
        """
        To sign in, open this page in a browser on this machine:

          \(url)

        (On another machine: connect with ssh -L \(port):127.0.0.1:\(port) first, then open it there.) Waiting…
        """
    }
}

extension OAuthSource {
    private static func missing(_ advice: String) -> CommandError { CommandError(.configuration, advice) }

    private static let googleAdvice = """
        Google wants every installation to be registered, and there is no client id yet: in the Google Cloud console \
        make a project, switch the Gmail API on, make credentials of the kind OAuth client ID for a desktop app, and \
        write what it gives you to oauth.google.clientID and oauth.google.clientSecret in the configuration. An app \
        password does without all this: Google account, Security, App passwords.
        """

    private static let microsoftAdvice = """
        Microsoft wants every installation to be registered, and there is no client id yet: in the Microsoft Entra admin \
        centre register an application for organisations' and personal accounts, allow public client flows, add the \
        delegated permissions POP.AccessAsUser.All and offline_access, and write its application (client) id to \
        oauth.microsoft.clientID in the configuration.
        """
}
