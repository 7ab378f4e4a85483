import CZstd
import Synchronization

/// Zstandard without a dictionary, in one go: for blobs that fit in a row.
enum Zstd {
    static let level: Int32 = 1

    /// Nil unless `octets` is one whole frame of exactly `size` octets.
    static func decompress(_ octets: UnsafeRawBufferPointer, size: Int) -> [UInt8]? {
        var written = 0
        let result = [UInt8](unsafeUninitializedCapacity: max(size, 1)) { buffer, count in
            written = ZSTD_decompress(buffer.baseAddress, size, octets.baseAddress, octets.count)
            count = ZSTD_isError(written) == 0 ? written : 0
        }
        return ZSTD_isError(written) == 0 && written == size ? result : nil
    }
}

/// Compresses what is in memory whole. Contexts are costly to make (their tables are cleared), so a few are kept.
final class Compressor: Sendable {
    private static let keptContexts = 4

    /// Contexts that nobody uses, by address, because pointers are not Sendable: each belongs to one caller between
    /// `take` and `give`.
    private let free = Mutex<[UInt]>([])

    deinit {
        for address in free.withLock({ $0 }) { ZSTD_freeCCtx(OpaquePointer(bitPattern: address)) }
    }

    /// Nil when the result would not be smaller by a sixteenth: then the octets are better kept as they are.
    func compress(_ octets: UnsafeRawBufferPointer) -> [UInt8]? {
        let limit = octets.count - octets.count / 16
        guard limit > 16, let context = take() else { return nil }
        defer { give(context) }
        var size = 0
        let result = [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
            size = ZSTD_compressCCtx(context, buffer.baseAddress, limit, octets.baseAddress, octets.count, Zstd.level)
            count = ZSTD_isError(size) == 0 ? size : 0
        }
        return ZSTD_isError(size) == 0 ? result : nil
    }

    /// One frame with a checksum, for a blob's file.
    func frame(_ octets: UnsafeRawBufferPointer) throws -> [UInt8] {
        guard let context = take() else { throw Self.failure }
        defer {
            ZSTD_CCtx_reset(context, ZSTD_reset_session_and_parameters)
            give(context)
        }
        ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, Zstd.level)
        ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1)
        let bound = ZSTD_compressBound(octets.count)
        return try [UInt8](unsafeUninitializedCapacity: bound) { buffer, count in
            let size = ZSTD_compress2(context, buffer.baseAddress, bound, octets.baseAddress, octets.count)
            guard ZSTD_isError(size) == 0 else { throw Self.failure }
            count = size
        }
    }

    private static var failure: MailStoreError {
        MailStoreError(.inputOutput, "There is no memory to compress a message.")
    }

    private func take() -> OpaquePointer? {
        if let address = free.withLock({ $0.popLast() }) { return OpaquePointer(bitPattern: address) }
        return ZSTD_createCCtx()
    }

    private func give(_ context: OpaquePointer) {
        let isKept = free.withLock { list in
            guard list.count < Self.keptContexts else { return false }
            list.append(UInt(bitPattern: context))
            return true
        }
        if !isKept { ZSTD_freeCCtx(context) }
    }
}

/// Compresses a stream piece by piece in constant memory.
final class ZstdEncoder {
    private let context: OpaquePointer
    private var output: [UInt8]

    /// Nil without memory.
    init?() {
        guard let context = ZSTD_createCCtx() else { return nil }
        self.context = context
        output = [UInt8](repeating: 0, count: ZSTD_CStreamOutSize())
        ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, Zstd.level)
        ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1)
    }

    deinit { ZSTD_freeCCtx(context) }

    func append(_ bytes: UnsafeRawBufferPointer, to sink: Sink) throws {
        try run(bytes, ZSTD_e_continue, sink)
    }

    func finish(to sink: Sink) throws {
        try run(UnsafeRawBufferPointer(start: nil, count: 0), ZSTD_e_end, sink)
    }

    typealias Sink = (UnsafeRawBufferPointer) throws -> Void

    private func run(_ bytes: UnsafeRawBufferPointer, _ end: ZSTD_EndDirective, _ sink: Sink) throws {
        var input = ZSTD_inBuffer(src: bytes.baseAddress, size: bytes.count, pos: 0)
        while true {
            let (rest, count) = output.withUnsafeMutableBytes { buffer in
                var space = ZSTD_outBuffer(dst: buffer.baseAddress, size: buffer.count, pos: 0)
                return (ZSTD_compressStream2(context, &space, &input, end), space.pos)
            }
            guard ZSTD_isError(rest) == 0 else {
                throw MailStoreError(.inputOutput, "Compressing a message failed.")
            }
            if count > 0 {
                try output.withUnsafeBytes { bytes in
                    try sink(UnsafeRawBufferPointer(rebasing: bytes[..<count]))
                }
            }
            let isDone = end == ZSTD_e_end ? rest == 0 : input.pos == input.size
            if isDone { return }
        }
    }
}

/// Reads a compressed file piece by piece in constant memory.
final class ZstdDecoder {
    private let context: OpaquePointer

    init?() {
        guard let context = ZSTD_createDCtx() else { return nil }
        self.context = context
    }

    deinit { ZSTD_freeDCtx(context) }

    static var inputSize: Int { ZSTD_DStreamInSize() }
    static var outputSize: Int { ZSTD_DStreamOutSize() }

    /// Decompresses from `input` (whose first `consumed` octets are done with) into `space`; nil when the data is damaged.
    func step(
        _ input: UnsafeRawBufferPointer, consumed: inout Int, into space: UnsafeMutableRawBufferPointer
    ) -> (count: Int, isFrameDone: Bool)? {
        var source = ZSTD_inBuffer(src: input.baseAddress, size: input.count, pos: consumed)
        var target = ZSTD_outBuffer(dst: space.baseAddress, size: space.count, pos: 0)
        let result = ZSTD_decompressStream(context, &target, &source)
        guard ZSTD_isError(result) == 0 else { return nil }
        consumed = source.pos
        return (target.pos, result == 0)
    }
}
