import NIOCore
import NIOSSL
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A listener's certificate chain and private key in PEM files, read again when they have changed on disk.
///
/// A change that can't be read leaves the old pair in use: a renewal that is half written must not end the service.
public final class CertificateFiles: Sendable {
    private struct Loaded {
        var context: NIOSSLContext
        var stamp: [FileStamp]
    }

    private let chainPath: String
    private let keyPath: String
    private let loaded: Mutex<Loaded>

    /// Throws ``TransportError/Code/certificateFiles`` when the files can't be read or don't belong together.
    public init(chain: String, key: String) throws(TransportError) {
        chainPath = chain
        keyPath = key
        loaded = Mutex(try Self.load(chain: chain, key: key))
    }

    /// The context for a new connection.
    func currentContext() throws(TransportError) -> NIOSSLContext {
        let stamp = [FileStamp(chainPath), FileStamp(keyPath)]
        return loaded.withLock { loaded in
            if loaded.stamp != stamp, let fresh = try? Self.load(chain: chainPath, key: keyPath) { loaded = fresh }
            return loaded.context
        }
    }

    private static func load(chain: String, key: String) throws(TransportError) -> Loaded {
        let stamp = [FileStamp(chain), FileStamp(key)]
        do {
            let certificates = try NIOSSLCertificate.fromPEMFile(chain).map { NIOSSLCertificateSource.certificate($0) }
            let privateKey = try NIOSSLPrivateKey(file: key, format: .pem)
            var configuration = TLSConfiguration.makeServerConfiguration(
                certificateChain: certificates, privateKey: .privateKey(privateKey))
            configuration.minimumTLSVersion = .tlsv12
            configuration.shutdownTimeout = .seconds(1)
            return Loaded(context: try NIOSSLContext(configuration: configuration), stamp: stamp)
        } catch {
            throw TransportError(
                .certificateFiles,
                "The certificate \(chain) with the key \(key) can't be used: check that both are readable PEM files that"
                    + " belong together.",
                cause: String(describing: error))
        }
    }
}

/// What tells that a file was changed or replaced.
private struct FileStamp: Equatable {
    var inode: UInt64 = 0
    var size: Int64 = 0
    var seconds: Int = 0
    var nanoseconds: Int = 0

    init(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return }
        inode = UInt64(status.st_ino)
        size = Int64(status.st_size)
        #if canImport(Darwin)
            seconds = status.st_mtimespec.tv_sec
            nanoseconds = status.st_mtimespec.tv_nsec
        #else
            seconds = status.st_mtim.tv_sec
            nanoseconds = status.st_mtim.tv_nsec
        #endif
    }
}
