import Testing

@testable import HTTPServer

/// What images say of their size, in the first octets of each format.
@Suite struct ImageSizeTests {
    private static func size(_ type: String, _ octets: [UInt8]) -> ImageSize? {
        RasterImage(type: "image/" + type, octets: octets).flatMap { ImageSize($0, octets) }
    }

    private static let images: [(type: String, octets: [UInt8], width: Int, height: Int)] = [
        ("png", ImageHeaders.png(640, 480), 640, 480),
        ("png", ImageHeaders.png(.max, .max), Int(UInt32.max), Int(UInt32.max)),
        ("gif", ImageHeaders.gif(640, 480, image: (640, 480)), 640, 480),
        ("gif", ImageHeaders.gif(1, 1, image: (65_535, 65_534)), 65_535, 65_534),
        ("jpeg", ImageHeaders.jpeg(640, 480), 640, 480),
        ("jpeg", ImageHeaders.jpeg(65_535, 1, marker: 0xC0), 65_535, 1),
        ("webp", ImageHeaders.webp(lossy: 640, 480), 640, 480),
        ("webp", ImageHeaders.webp(lossless: 16_384, 16_384), 16_384, 16_384),
        ("webp", ImageHeaders.webp(extended: 1 << 24, 3), 1 << 24, 3),
        ("bmp", ImageHeaders.bmp(640, 480), 640, 480),
        ("bmp", ImageHeaders.bmp(640, UInt32(bitPattern: -480)), 640, 480),
        ("bmp", ImageHeaders.bmp(1, 1 << 31), 1, 1 << 31), ("bmp", ImageHeaders.oldBMP(640, 480), 640, 480),
        ("avif", ImageHeaders.avif(ImageHeaders.extent(640, 480)), 640, 480),
        ("avif", ImageHeaders.avif(ImageHeaders.extent(64, 48), ImageHeaders.extent(640, 480)), 640, 480),
        ("avif", ImageHeaders.avif(ImageHeaders.extent(640, 480), ImageHeaders.extent(64, 48)), 640, 480),
        ("avif", ImageHeaders.avis(640, 480), 640, 480),
    ]

    @Test(arguments: images)
    func theHeaderSaysIt(type: String, octets: [UInt8], width: Int, height: Int) {
        #expect(Self.size(type, octets) == ImageSize(width: width, height: height))
    }

    /// Whatever is cut off, nobody reads past the end; and a header that is not whole says nothing.
    @Test(arguments: images)
    func aHeaderThatEndsTooEarlySaysNothing(type: String, octets: [UInt8], width: Int, height: Int) {
        let whole = ImageSize(width: width, height: height)?.pixels ?? 0
        for count in 0..<octets.count {
            let size = Self.size(type, Array(octets.prefix(count)))
            #expect(size?.pixels ?? 0 <= whole, "\(count)")
        }
        #expect(Self.size(type, Array(octets.prefix(9))) == nil)
    }

    @Test(
        arguments: [
            ("png", ImageHeaders.png(0, 1)), ("png", ImageHeaders.png(1, 0)),
            ("gif", ImageHeaders.gif(0, 0, image: (0, 0))),
            // A height that a later segment would tell.
            ("jpeg", ImageHeaders.jpeg(1, 0)),
            // Pixels before a frame, a segment of no length, something else between segments.
            ("jpeg", ImageHeaders.jpeg(1, 1, marker: 0xDA)), ("jpeg", [0xFF, 0xD8, 0xFF, 0xE0, 0, 0, 0xFF, 0xC0]),
            ("jpeg", [0xFF, 0xD8, 0xFF, 0xE0, 0, 2] + [7] + Array(ImageHeaders.jpeg(1, 1).dropFirst(2))),
            ("webp", ImageHeaders.webp(lossy: 0, 1)), ("bmp", ImageHeaders.bmp(0, 0)),
            ("avif", ImageHeaders.avif()), ("avif", ImageHeaders.avif(ImageHeaders.extent(0, 9))),
        ] as [(String, [UInt8])])
    func withoutASizeItIsNoImage(type: String, octets: [UInt8]) {
        #expect(RasterImage(type: "image/" + type, octets: octets) != nil)
        #expect(Self.size(type, octets) == nil)
    }

    @Test func boxesDoNotHideTheLargestImage() {
        let small = ImageHeaders.extent(1, 1)
        let many = [UInt8]((0..<1000).map { _ in ImageHeaders.box("free", []) }.joined())
        #expect(Self.size("avif", ImageHeaders.avif(small + many + ImageHeaders.extent(.max, .max))) == nil)
        // A length of 64 bits, one past the file's end, and containers in containers as far as they go.
        let wide = ImageHeaders.big(1) + Array("meta".utf8) + ImageHeaders.big(0) + ImageHeaders.big(64)
        let inner = ImageHeaders.box("iprp", ImageHeaders.box("ipco", ImageHeaders.extent(7, 5)))
        let file = ImageHeaders.avif()
        #expect(Self.size("avif", file + wide + ImageHeaders.big(0) + inner)?.pixels == 35)
        let endless = ImageHeaders.big(.max) + Array("moov".utf8)
        #expect(Self.size("avif", file + endless + ImageHeaders.box("iprp", small))?.pixels == 1)
        let deep = [UInt8]((0..<5000).map { _ in endless }.joined())
        #expect(Self.size("avif", file + deep) == nil)
    }
}
