import Foundation
import HTTPServer
import Transport

extension Settings {
    /// What can only be found out by looking at the files and addresses that the configuration names.
    func checkFiles() throws {
        if tls.isConfigured { _ = try Transport.CertificateFiles(chain: tls.certificate, key: tls.privateKey) }
        guard publicURL.isEmpty || BaseURL(publicURL) != nil else {
            throw CommandError(.configuration, "publicURL is not a URL: \(publicURL).")
        }
        guard TrustedProxies(trustedProxies) != nil else {
            throw CommandError(
                .configuration, "trustedProxies takes addresses and networks, such as 10.0.0.0/8, and nothing else.")
        }
        guard AllowedOrigins(allowedOrigins) != nil else {
            throw CommandError(
                .configuration, "allowedOrigins takes origins, such as https://webmail.example.org, and nothing else.")
        }
        let page = webClient.folder + "/index.html"
        guard webClient.folder.isEmpty || FileManager.default.isReadableFile(atPath: page) else {
            throw CommandError(
                .configuration,
                "http.webClient.folder is \(webClient.folder), where there is no index.html that can be read.")
        }
        _ = try ControlSocket(dataDirectory: dataDirectory)
    }
}
