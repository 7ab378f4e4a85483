import Foundation

/// A throw-away certificate authority and certificates that it signed, for `localhost` and `127.0.0.1`.
public final class TestCertificates: Sendable {
    /// A certificate chain and its key, in PEM files.
    public struct Pair: Sendable {
        public let chain: String
        public let key: String
    }

    private let folder: TemporaryFolder
    private let openssl: ExternalTool

    /// The authority's certificate: the file that a client under test trusts.
    public var authority: String { folder.path("ca.pem") }

    public init() throws {
        folder = try TemporaryFolder("certificates")
        openssl = try .openssl()
        try folder.write("", to: "index.txt")
        try folder.write(
            """
            [ca]
            default_ca = this
            [this]
            database = index.txt
            new_certs_dir = .
            rand_serial = yes
            default_md = sha256
            policy = anything
            unique_subject = no
            copy_extensions = copy
            [anything]
            commonName = supplied
            """, to: "ca.conf")
        try openssl.run(
            ["req", "-x509", "-days", "2", "-subj", "/CN=Restante test authority", "-out", "ca.pem"]
                + newKey("ca.key"), in: folder.path)
    }

    /// Valid today for localhost.
    public func valid() throws -> Pair { try signed("valid", names: Self.localhost, from: -86_400, until: 86_400) }

    /// Ended yesterday.
    public func expired() throws -> Pair {
        try signed("expired", names: Self.localhost, from: -172_800, until: -86_400)
    }

    /// Valid today, for another name.
    public func wrongName() throws -> Pair {
        try signed("wrong-name", names: "DNS:elsewhere.example", from: -86_400, until: 86_400)
    }

    /// Valid today for localhost, signed by nobody but itself.
    public func selfSigned() throws -> Pair {
        try openssl.run(
            ["req", "-x509", "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=\(Self.localhost)"]
                + ["-out", "self.pem"] + newKey("self.key"), in: folder.path)
        return Pair(chain: folder.path("self.pem"), key: folder.path("self.key"))
    }

    /// The SHA-256 of a chain's first certificate as hexadecimal digits: what a pin is.
    public func sha256(of pair: Pair) throws -> String {
        let line = try openssl.run(["x509", "-in", pair.chain, "-noout", "-fingerprint", "-sha256"])
        let digits = line.split(separator: "=").last ?? ""
        return digits.filter(\.isHexDigit).lowercased()
    }

    private static let localhost = "DNS:localhost,IP:127.0.0.1,IP:::1"

    private func signed(_ name: String, names: String, from: TimeInterval, until: TimeInterval) throws -> Pair {
        try openssl.run(
            ["req", "-subj", "/CN=\(name)", "-addext", "subjectAltName=\(names)", "-out", "\(name).csr"]
                + newKey("\(name).key"), in: folder.path)
        try openssl.run(
            ["ca", "-batch", "-notext", "-config", "ca.conf", "-cert", "ca.pem", "-keyfile", "ca.key"]
                + ["-in", "\(name).csr", "-out", "\(name).pem", "-startdate", Self.date(from), "-enddate"]
                + [Self.date(until)], in: folder.path)
        return Pair(chain: folder.path("\(name).pem"), key: folder.path("\(name).key"))
    }

    private func newKey(_ file: String) -> [String] {
        ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", file]
    }

    private static func date(_ offset: TimeInterval) -> String {
        let formatter = DateFormatter()
        formatter.dateFormat = "yyyyMMddHHmmss'Z'"
        formatter.timeZone = TimeZone(secondsFromGMT: 0)
        formatter.locale = Locale(identifier: "en_US_POSIX")
        return formatter.string(from: Date(timeIntervalSinceNow: offset))
    }
}
