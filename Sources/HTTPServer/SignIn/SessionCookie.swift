import HTTPTypes
import MailModel

/// The cookie of a browser that is signed in (RFC 6265): for this host alone, out of reach of scripts, sent with requests
/// of our own site's pages only.
struct SessionCookie: Sendable {
    /// Whether requests reach us over TLS. Browsers take a cookie called `__Host-…` over TLS only, and nothing but the
    /// very host can set one; in the clear, which is this machine unless somebody insisted, it has another name
    /// (docs/decisions/0055).
    let isSecure: Bool

    init(_ origin: Origin) { isSecure = origin.base?.isSecure ?? false }

    var name: String { isSecure ? "__Host-restante" : "restante" }

    /// The secret in a request's cookie; nil when there is none. Of several cookies of the name the first counts, which
    /// is the one of the longest path (RFC 6265 §5.4).
    func secret(in fields: HTTPFields) -> Secret? {
        for field in fields[values: .cookie] {
            for pair in field.split(separator: ";") {
                let pair = pair.drop { $0 == " " || $0 == "\t" }
                guard pair.hasPrefix(name + "=") else { continue }
                let value = pair.dropFirst(name.utf8.count + 1)
                return value.isEmpty ? nil : Secret(value)
            }
        }
        return nil
    }

    /// The `Set-Cookie` that brings a secret; the browser forgets it after `life`, when the session has ended anyway.
    func setting(_ secret: Secret, for life: Duration) -> String {
        let value = secret.withBytes { String(decoding: $0, as: UTF8.self) }
        return "\(name)=\(value); Max-Age=\(life.components.seconds)" + attributes
    }

    /// The `Set-Cookie` that takes it away.
    var clearing: String { "\(name)=; Max-Age=0" + attributes }

    private var attributes: String { "; Path=/; HttpOnly; SameSite=Strict" + (isSecure ? "; Secure" : "") }
}
