import JSON
import MailModel
import MailStore
import OutboundHTTP

extension Arguments {
    /// What `--oauth` brought: `provider`, `tokenEndpoint`, `clientId`, `refreshToken` and perhaps `clientSecret`.
    func grant() throws(CommandError) -> MaildropGrant? {
        guard let value = object["grant"], !value.isNull else { return nil }
        guard let members = value.object else { throw CommandError(.usage, "grant must be an object.") }
        let grant = Arguments(object: members)
        let endpoint = try grant.text("tokenEndpoint")
        guard let url = OutboundURL(endpoint), url.scheme == .https || url.isLoopback else {
            throw CommandError(.usage, "tokenEndpoint must be an https URL.")
        }
        guard let token = try grant.secret("refreshToken") else {
            throw CommandError(.usage, "refreshToken is missing.")
        }
        return MaildropGrant(
            provider: try grant.text("provider"), tokenEndpoint: endpoint, clientID: try grant.text("clientId"),
            clientSecret: try grant.secret("clientSecret"), refreshToken: token)
    }
}
