import HTTPTypes
import Hummingbird

/// What every answer with the web client in it, or in its place, tells the browser: load from here alone, be framed by
/// nobody, tell nobody where the reader came from.
enum PageFields {
    /// The page's inline styles are those of the messages that it shows: a frame inherits this policy. Scripts come as
    /// files of ours, and Trusted Types leave no way from text to markup but the two named ones.
    static let contentSecurityPolicy = [
        "default-src 'none'", "script-src 'self'", "style-src 'self' 'unsafe-inline'", "img-src 'self' data: blob:",
        "connect-src 'self'", "frame-src 'self'", "manifest-src 'self'", "worker-src 'self'", "base-uri 'none'",
        "form-action 'self'", "frame-ancestors 'none'", "object-src 'none'", "require-trusted-types-for 'script'",
        "trusted-types app-sw mail-body",
    ].joined(separator: "; ")

    /// Of what a page could ask a device for, only passkeys, and those in no frame of another's.
    static let permissionsPolicy =
        ([
            "accelerometer", "camera", "display-capture", "geolocation", "gyroscope", "hid", "idle-detection",
            "magnetometer",
            "microphone", "midi", "payment", "serial", "usb", "xr-spatial-tracking",
        ].map { "\($0)=()" } + ["get", "create"].map { "publickey-credentials-\($0)=(self)" }).joined(separator: ", ")

    static func add(to response: inout Response) {
        response.headers[.contentSecurityPolicy] = contentSecurityPolicy
        response.headers[.xContentTypeOptions] = "nosniff"
        response.headers[.referrerPolicy] = "no-referrer"
        response.headers[.crossOriginOpenerPolicy] = "same-origin"
        response.headers[.crossOriginResourcePolicy] = "same-origin"
        response.headers[.permissionsPolicy] = permissionsPolicy
    }
}

extension Route {
    var isOfTheWebClient: Bool {
        switch self {
        case .front, .clientFile, .namedFile: true
        case .session, .api, .upload, .download, .eventSource, .remoteImage, .webSession, .passkey, .passkeyChallenge,
            .setup, .live, .ready,
            .metrics:
            false
        }
    }
}

extension HTTPField.Name {
    // Names that are known to be tokens.
    static let referrerPolicy = HTTPField.Name("Referrer-Policy").unsafelyUnwrapped
    static let crossOriginOpenerPolicy = HTTPField.Name("Cross-Origin-Opener-Policy").unsafelyUnwrapped
    static let permissionsPolicy = HTTPField.Name("Permissions-Policy").unsafelyUnwrapped
    static let serviceWorkerAllowed = HTTPField.Name("Service-Worker-Allowed").unsafelyUnwrapped
}
