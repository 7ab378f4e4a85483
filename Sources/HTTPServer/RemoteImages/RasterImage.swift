/// An image that is pixels and nothing else, known by its first octets: never SVG, which is a document.
enum RasterImage: String, CaseIterable, Sendable {
    case png, jpeg, gif, webp, avif, bmp

    var mediaType: String { "image/" + rawValue }

    /// What servers call one of these.
    private static let types: Set<String> = Set(allCases.map(\.mediaType)).union([
        "image/jpg", "image/pjpeg", "image/x-png", "image/apng", "image/x-ms-bmp", "image/x-bmp",
    ])

    /// Nil unless the server says that it is one and the octets are one. The octets say which: servers confuse them.
    init?(type: String?, octets: [UInt8]) {
        guard let type, Self.types.contains(MediaType.essence(type)),
            let kind = Self.allCases.first(where: { $0.begins(octets) })
        else { return nil }
        self = kind
    }

    private func begins(_ octets: [UInt8]) -> Bool {
        switch self {
        case .png: octets.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
        case .jpeg: octets.starts(with: [0xFF, 0xD8, 0xFF])
        case .gif: octets.starts(with: "GIF87a".utf8) || octets.starts(with: "GIF89a".utf8)
        case .webp: octets.starts(with: "RIFF".utf8) && octets.dropFirst(8).starts(with: "WEBP".utf8)
        case .avif: Self.isAVIF(octets)
        case .bmp: Self.isBMP(octets)
        }
    }

    /// A file type box (ISO/IEC 14496-12 §4.3) that names a brand of AV1's images, first or among the compatible ones.
    private static func isAVIF(_ octets: [UInt8]) -> Bool {
        guard octets.count >= 16, octets[4..<8].elementsEqual("ftyp".utf8) else { return false }
        let size = octets[0..<4].reduce(0) { $0 << 8 | Int($1) }
        let end = min(size, octets.count, 256)
        return stride(from: 8, to: max(8, end - 3), by: 4).contains { place in
            let brand = octets[place..<place + 4]
            return place != 12 && (brand.elementsEqual("avif".utf8) || brand.elementsEqual("avis".utf8))
        }
    }

    /// `BM`, then the file's size, four octets of zero, and where the pixels begin, behind a header of a known size.
    private static func isBMP(_ octets: [UInt8]) -> Bool {
        guard octets.count >= 26, octets.starts(with: "BM".utf8), octets[6..<10].allSatisfy({ $0 == 0 }) else {
            return false
        }
        let header = octets[14..<18].reversed().reduce(0) { $0 << 8 | Int($1) }
        return [12, 40, 52, 56, 64, 108, 124].contains(header)
    }
}
