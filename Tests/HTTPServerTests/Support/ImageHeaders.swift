/// The first octets of images, with the size that they say and no pixels.
enum ImageHeaders {
    static func big(_ number: UInt32, _ count: Int = 4) -> [UInt8] {
        (0..<count).reversed().map { UInt8(truncatingIfNeeded: number >> UInt32(8 * $0)) }
    }

    static func little(_ number: UInt32, _ count: Int = 4) -> [UInt8] { big(number, count).reversed() }

    static func png(_ width: UInt32, _ height: UInt32) -> [UInt8] {
        [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + big(13) + Array("IHDR".utf8) + big(width) + big(height)
            + [8, 6, 0, 0, 0]
    }

    /// With a table of two colours and a comment before the first image.
    static func gif(_ width: UInt32, _ height: UInt32, image: (UInt32, UInt32)) -> [UInt8] {
        Array("GIF89a".utf8) + little(width, 2) + little(height, 2) + [0x80, 0, 0] + [UInt8](repeating: 7, count: 6)
            + [0x21, 0xFE, 2, 1, 2, 1, 3, 0] + [0x2C, 0, 0, 0, 0] + little(image.0, 2) + little(image.1, 2)
    }

    /// With a segment, a table and a filling octet before the frame, which is of the kind of `marker`.
    static func jpeg(_ width: UInt32, _ height: UInt32, marker: UInt8 = 0xC2) -> [UInt8] {
        [0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 0xFF, 0xC0, 0xFF, 0xC4, 0, 3, 9, 0xFF, 0xFF, marker, 0, 11, 8]
            + big(height, 2) + big(width, 2) + [1]
    }

    static func webp(lossy width: UInt32, _ height: UInt32) -> [UInt8] {
        webp("VP8 ", [0, 0, 0, 0x9D, 0x01, 0x2A] + little(width | 0x4000, 2) + little(height | 0xC000, 2))
    }

    static func webp(lossless width: UInt32, _ height: UInt32) -> [UInt8] {
        webp("VP8L", [0x2F] + little((width - 1) | (height - 1) << 14 | 1 << 28))
    }

    static func webp(extended width: UInt32, _ height: UInt32) -> [UInt8] {
        webp("VP8X", [2, 0, 0, 0] + little(width - 1, 3) + little(height - 1, 3))
    }

    private static func webp(_ chunk: String, _ octets: [UInt8]) -> [UInt8] {
        Array("RIFF".utf8) + little(100) + Array("WEBP".utf8) + Array(chunk.utf8) + little(UInt32(octets.count))
            + octets
    }

    static func bmp(_ width: UInt32, _ height: UInt32) -> [UInt8] {
        Array("BM".utf8) + little(90) + little(0) + little(54) + little(40) + little(width) + little(height)
    }

    static func oldBMP(_ width: UInt32, _ height: UInt32) -> [UInt8] {
        Array("BM".utf8) + little(90) + little(0) + little(26) + little(12) + little(width, 2) + little(height, 2)
            + [1, 0, 24, 0]
    }

    static func box(_ name: String, _ octets: [UInt8]) -> [UInt8] {
        big(UInt32(octets.count + 8)) + Array(name.utf8) + octets
    }

    static func extent(_ width: UInt32, _ height: UInt32) -> [UInt8] { box("ispe", big(0) + big(width) + big(height)) }

    /// An image with extents, as a thumbnail and its image have.
    static func avif(_ extents: [UInt8]...) -> [UInt8] {
        box("ftyp", Array("avif".utf8) + big(0) + Array("avifmif1".utf8))
            + box("meta", big(0) + box("hdlr", big(0, 24)) + box("iprp", box("ipco", Array(extents.joined()))))
    }

    /// An animation's track.
    static func avis(_ width: UInt32, _ height: UInt32) -> [UInt8] {
        let entry = box("av01", big(0, 24) + big(width, 2) + big(height, 2) + big(0, 50))
        let table = box("stbl", box("stsd", big(0) + big(1) + entry))
        return box("ftyp", Array("avis".utf8) + big(0) + Array("avismsf1".utf8))
            + box("moov", box("trak", box("mdia", box("minf", table))))
    }
}
