import HTTPTypes
import Hummingbird

/// Which page had a browser send a request, as far as the browser tells: fields that no page can write itself (Fetch
/// Metadata, and `Origin` of RFC 6454 §7).
///
/// A cookie goes along with requests that other pages cause, so it counts only with requests of our own pages. The
/// cookie's SameSite keeps it from pages of other sites; this keeps it from those of the same site too, and from
/// browsers that do not know SameSite.
enum RequestSite {
    /// Whether a request with this cookie is our own page's. What may change anything must be proven to be; what only
    /// reads must not be proven to be somebody else's.
    static func isOurs(_ request: Request, _ origin: Origin) -> Bool {
        let isReading = request.method == .get || request.method == .head
        if let site = request.headers[.secFetchSite] { return site == "same-origin" || isReading && site == "none" }
        guard let page = request.headers[.origin] else { return isReading }
        return page.lowercased() == origin.base?.origin
    }
}

extension HTTPField.Name {
    // A name that is known to be a token.
    static let secFetchSite = HTTPField.Name("Sec-Fetch-Site").unsafelyUnwrapped
}
