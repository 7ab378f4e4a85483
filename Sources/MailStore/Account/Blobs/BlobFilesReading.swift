import Glibc
import MailModel

/// Reading large blobs back.
extension BlobFiles {
    /// Calls `body` with a file's octets, decompressed into a temporary file without a name and mapped: paged in as they
    /// are read, and paged out when memory is short.
    func withDecompressed<Result>(
        _ id: BlobID, size: Int, _ body: (UnsafeRawBufferPointer) throws -> Result
    ) throws -> Result {
        let file = try openDecompressed(id, size: size)
        defer { close(file) }
        return try withMappedOctets(of: file, size: size, body)
    }

    /// A file's octets, decompressed into a temporary file without a name, which the caller must close.
    func openDecompressed(_ id: BlobID, size: Int) throws -> Int32 {
        let path = makeTemporaryPath()
        let file = try system.create(path)
        system.remove(path)
        do {
            var written = 0
            try decompress(id) { piece in
                written += piece.count
                try system.write(file, piece)
            }
            guard written == size else { throw damaged(id) }
            return file
        } catch {
            close(file)
            throw error
        }
    }

    /// Gives a file's octets piece by piece, in constant memory.
    func decompress(_ id: BlobID, _ sink: (UnsafeRawBufferPointer) throws -> Void) throws {
        guard let file = open(id), let decoder = ZstdDecoder() else { throw damaged(id) }
        defer { close(file) }
        var input = [UInt8](repeating: 0, count: ZstdDecoder.inputSize)
        var output = [UInt8](repeating: 0, count: ZstdDecoder.outputSize)
        var isFrameOpen = true
        while true {
            let count = read(file, &input, input.count)
            guard count > 0 else {
                if count < 0 { throw MailStoreError.fromErrno("read", path(of: id)) }
                if isFrameOpen { throw damaged(id) }
                return
            }
            var consumed = 0
            var isFull = false
            while consumed < count || isFull {
                let step = try input.withUnsafeBytes { input in
                    try output.withUnsafeMutableBytes { output in
                        let source = UnsafeRawBufferPointer(rebasing: input[..<count])
                        guard let step = decoder.step(source, consumed: &consumed, into: output) else {
                            throw damaged(id)
                        }
                        if step.count > 0 { try sink(UnsafeRawBufferPointer(rebasing: output[..<step.count])) }
                        return step
                    }
                }
                isFrameOpen = !step.isFrameDone
                isFull = step.count == output.count && !step.isFrameDone
            }
        }
    }

    private func open(_ id: BlobID) -> Int32? {
        let file = Glibc.open(path(of: id), O_RDONLY | O_CLOEXEC)
        return file >= 0 ? file : nil
    }

    private func damaged(_ id: BlobID) -> MailStoreError {
        MailStoreError(
            .corrupt, "The file of blob \(id) is missing or damaged; restante check store says what else is.")
    }
}
