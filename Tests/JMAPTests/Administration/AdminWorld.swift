import JMAP
import JSON
import MailModel
import MailStore
import Testing

extension World {
    static let password = "a long password"

    /// The same client signed in another way.
    func client(_ principal: Principal) -> Client { Client(store: store, server: server, principal: principal) }

    /// With the secret of a device that is made for it.
    func device(of client: Client, named name: String = "phone") async throws -> Client {
        let (_, secret) = try await store.createDevice(user: client.principal.user, name: name)
        return self.client(try #require(try await store.signIn(userName: nil, deviceSecret: secret)))
    }

    /// In a browser.
    func browser(of client: Client) async throws -> Client {
        let result = try await store.signIn(
            userName: client.principal.userName, password: Secret(Self.password), from: "192.0.2.1",
            userAgent: "Lynx/2.9")
        guard case .signedIn(let principal, _, _) = result else { throw CancellationError() }
        return self.client(principal)
    }
}

extension Client {
    var userID: String { principal.user.description }

    func ids(_ method: String) async throws -> [String] {
        try await call(method)["list"].array?.compactMap { $0["id"].string } ?? []
    }
}
