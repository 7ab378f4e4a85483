/// What a file of the web client is, by the end of its name.
enum WebFileType: String {
    case html, css, js, json, webmanifest, svg, png, woff2

    /// Nil for any other name: such a file is not served.
    init?(path: String) {
        guard let dot = path.lastIndex(of: "."), !path[dot...].contains("/") else { return nil }
        self.init(rawValue: String(path[path.index(after: dot)...]))
    }

    var mediaType: String {
        switch self {
        case .html: "text/html; charset=utf-8"
        case .css: "text/css; charset=utf-8"
        case .js: "text/javascript; charset=utf-8"
        case .json: "application/json"
        case .webmanifest: "application/manifest+json"
        case .svg: "image/svg+xml"
        case .png: "image/png"
        case .woff2: "font/woff2"
        }
    }

    /// Whether compressing it is worth a try.
    var isText: Bool {
        switch self {
        case .html, .css, .js, .json, .webmanifest, .svg: true
        case .png, .woff2: false
        }
    }
}
