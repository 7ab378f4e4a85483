import HTTPTypes
import Hummingbird
import MailModel
import MailStore
import OutboundHTTP

extension Responder {
    /// A remote image of a message, for the browser that shows the message: its cookie's account, and one of our own pages.
    func remoteImage(_ signature: String, _ url: String, _ request: Request, _ origin: Origin) async throws -> Response
    {
        // Fetching is an effect: it needs to be our page that asks, where the browser tells.
        let site = request.headers[.secFetchSite]
        guard site == nil || site == "same-origin", let reader = try await core.signIn.session(request, origin) else {
            throw Problem.signIn
        }
        guard let address = RemoteImageAddress(signature: signature, url: url),
            core.store.isRemoteImageSignature(address.signature, of: address.url, for: reader.account),
            let target = OutboundURL(address.url)
        else { throw Problem.notFound }
        let (kind, octets) = try await core.images.image(at: target, for: reader.account)
        return .whole(
            octets, type: kind.mediaType,
            fields: [
                .cacheControl: "private, immutable, max-age=86400",
                .contentSecurityPolicy: "sandbox; default-src 'none'",
                .crossOriginResourcePolicy: "same-origin", .referrerPolicy: "no-referrer",
            ])
    }
}
