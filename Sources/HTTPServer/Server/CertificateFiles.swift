import NIOCore
import NIOSSL

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Where a listener's certificate chain and private key lie, as PEM.
public struct CertificateFiles: Hashable, Sendable {
    public var certificateChain: String
    public var privateKey: String

    public init(certificateChain: String, privateKey: String) {
        self.certificateChain = certificateChain
        self.privateKey = privateKey
    }

    /// What tells one content of the files from the next; nil while one of them is not there.
    struct Stamp: Hashable {
        private struct File: Hashable {
            let inode: UInt64
            let size: Int64
            let seconds: Int64
            let nanoseconds: Int64

            init?(_ path: String) {
                var status = stat()
                guard stat(path, &status) == 0 else { return nil }
                inode = UInt64(status.st_ino)
                size = Int64(status.st_size)
                #if canImport(Darwin)
                    seconds = Int64(status.st_mtimespec.tv_sec)
                    nanoseconds = Int64(status.st_mtimespec.tv_nsec)
                #else
                    seconds = Int64(status.st_mtim.tv_sec)
                    nanoseconds = Int64(status.st_mtim.tv_nsec)
                #endif
            }
        }

        private let chain: File
        private let key: File

        init?(_ files: CertificateFiles) {
            guard let chain = File(files.certificateChain), let key = File(files.privateKey) else { return nil }
            self.chain = chain
            self.key = key
        }
    }

    /// TLS 1.2 or later with these files (RFC 8620 §8.1).
    func tlsConfiguration() throws(HTTPServerError) -> TLSConfiguration {
        let chain: [NIOSSLCertificate]
        let key: NIOSSLPrivateKey
        do {
            chain = try NIOSSLCertificate.fromPEMFile(certificateChain)
        } catch {
            throw HTTPServerError(
                .certificate, "The certificate \(certificateChain) cannot be read as PEM.", cause: error)
        }
        do {
            key = try NIOSSLPrivateKey(file: privateKey, format: .pem)
        } catch {
            throw HTTPServerError(.certificate, "The private key \(privateKey) cannot be read as PEM.", cause: error)
        }
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
        configuration.minimumTLSVersion = .tlsv12
        // How long a peer that says nothing more may keep a connection from closing.
        configuration.shutdownTimeout = .seconds(1)
        return configuration
    }
}
