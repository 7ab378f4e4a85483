/// How many pixels an image says that it has, read from its header without decoding any: a few octets can say more than a
/// browser has memory for.
struct ImageSize: Hashable, Sendable {
    let width: Int
    let height: Int

    /// Nil for a side of nothing, or one that no format here can say.
    init?(width: Int, height: Int) {
        guard (1...Int(UInt32.max)).contains(width), (1...Int(UInt32.max)).contains(height) else { return nil }
        self.width = width
        self.height = height
    }

    /// As many as there can be when there are more than that.
    var pixels: Int {
        let (pixels, overflow) = width.multipliedReportingOverflow(by: height)
        return overflow ? .max : pixels
    }

    /// Nil for a header that ends too early, or says nothing of a size: no browser could show the image.
    init?(_ kind: RasterImage, _ octets: [UInt8]) {
        let header = ImageHeader(octets)
        let size: ImageSize? =
            switch kind {
            case .png: header.png
            case .gif: header.gif
            case .jpeg: header.jpeg
            case .webp: header.webp
            case .bmp: header.bmp
            case .avif: BoxWalk(header).largest
            }
        guard let size else { return nil }
        self = size
    }
}

/// The octets of an image, whose end nobody reads past.
struct ImageHeader: Sendable {
    let octets: [UInt8]

    init(_ octets: [UInt8]) { self.octets = octets }

    func octet(_ place: Int) -> Int? { octets.indices.contains(place) ? Int(octets[place]) : nil }

    /// A number of `count` octets at `place`, the most significant first.
    func big(_ place: Int, _ count: Int) -> Int? {
        guard place >= 0, place <= octets.count - count else { return nil }
        return octets[place..<place + count].reduce(0) { $0 << 8 | Int($1) }
    }

    /// The same, the least significant first.
    func little(_ place: Int, _ count: Int) -> Int? {
        guard place >= 0, place <= octets.count - count else { return nil }
        return octets[place..<place + count].reversed().reduce(0) { $0 << 8 | Int($1) }
    }

    func has(_ name: String, at place: Int) -> Bool {
        place >= 0 && place <= octets.count && octets[place...].starts(with: name.utf8)
    }

    private static func size(_ width: Int?, _ height: Int?) -> ImageSize? {
        guard let width, let height else { return nil }
        return ImageSize(width: width, height: height)
    }

    /// The IHDR chunk, which is the first (ISO/IEC 15948 §5.6, §11.2.2).
    var png: ImageSize? { has("IHDR", at: 12) ? Self.size(big(16, 4), big(20, 4)) : nil }

    /// The larger of the logical screen (GIF89a §18) and the first image (§20), to which browsers widen the screen.
    var gif: ImageSize? {
        guard let width = little(6, 2), let height = little(8, 2) else { return nil }
        let image = firstGIFImage
        return Self.size(max(width, image?.width ?? 0), max(height, image?.height ?? 0))
    }

    /// Behind the table of colours and extensions, which are rows of blocks that begin with their length.
    private var firstGIFImage: ImageSize? {
        guard let flags = octet(10) else { return nil }
        var place = 13 + (flags & 0x80 == 0 ? 0 : 3 << ((flags & 7) + 1))
        while octet(place) == 0x21 {
            place += 2
            while let length = octet(place), length > 0 { place += length + 1 }
            place += 1
        }
        guard octet(place) == 0x2C else { return nil }
        return Self.size(little(place + 5, 2), little(place + 7, 2))
    }

    /// The frame header (ITU-T T.81 §B.2.2), behind segments that begin with a marker and their length.
    var jpeg: ImageSize? {
        var place = 2
        while octet(place) == 0xFF, let marker = octet(place + 1) {
            switch marker {
            case 0xFF: place += 1
            case 0x01, 0xD0...0xD8: place += 2
            case 0xC0...0xCF where ![0xC4, 0xC8, 0xCC].contains(marker):
                return Self.size(big(place + 7, 2), big(place + 5, 2))
            // The end, or pixels before there was a frame.
            case 0xD9, 0xDA: return nil
            default:
                guard let length = big(place + 2, 2), length >= 2 else { return nil }
                place += 2 + length
            }
        }
        return nil
    }

    /// The first chunk: an extended file's canvas, a lossless or a lossy image (RFC 9649 §2.5–2.7, RFC 6386 §9.1).
    var webp: ImageSize? {
        if has("VP8X", at: 12) { return Self.size(little(24, 3).map { $0 + 1 }, little(27, 3).map { $0 + 1 }) }
        if has("VP8L", at: 12), octet(20) == 0x2F, let bits = little(21, 4) {
            return Self.size(bits & 0x3FFF + 1, bits >> 14 & 0x3FFF + 1)
        }
        guard has("VP8 ", at: 12), big(23, 3) == 0x9D012A else { return nil }
        return Self.size(little(26, 2).map { $0 & 0x3FFF }, little(28, 2).map { $0 & 0x3FFF })
    }

    /// Sides of 16 bits in the oldest header, else of 32 with a sign: a negative height only says which row is first.
    var bmp: ImageSize? {
        if little(14, 4) == 12 { return Self.size(little(18, 2), little(20, 2)) }
        guard let width = little(18, 4), let height = little(22, 4) else { return nil }
        return Self.size(width, Int(Int32(truncatingIfNeeded: height).magnitude))
    }
}

/// The boxes of an AVIF (ISO/IEC 14496-12 §4.2): the extents of its images (`ispe`, ISO/IEC 23008-12 §6.5.3) and of the
/// tracks of its animations.
private struct BoxWalk {
    /// Boxes that are looked at. Real ones have a few dozen.
    static let mostBoxes = 1000

    private let header: ImageHeader
    private var boxes = 0
    private var found: ImageSize?

    /// The one with the most pixels: a thumbnail may stand before the image. Nil where not all boxes were looked at.
    var largest: ImageSize? { boxes < Self.mostBoxes ? found : nil }

    init(_ header: ImageHeader) {
        self.header = header
        walk(0, header.octets.count)
    }

    /// The octets between a container's beginning and its first box; nil for a box that holds none that matters.
    private static func preface(of name: String) -> Int? {
        switch name {
        case "iprp", "ipco", "moov", "trak", "mdia", "minf", "stbl": 0
        case "meta": 4
        case "stsd": 8
        default: nil
        }
    }

    /// Containers within containers are shorter each time: the walk ends.
    private mutating func walk(_ start: Int, _ end: Int) {
        var place = start
        while place <= end - 8, boxes < Self.mostBoxes, let short = header.big(place, 4) {
            boxes += 1
            var content = place + 8
            var length = short
            if short == 1 {
                // A length of 64 bits: what does not fit in this file is its end.
                guard let high = header.big(place + 8, 4), let low = header.big(place + 12, 4) else { return }
                length = high == 0 ? low : .max
                content += 8
            }
            let next = length == 0 || length > end - place ? end : place + length
            guard next >= content else { return }
            look(at: String(decoding: header.octets[place + 4..<place + 8], as: UTF8.self), content, next)
            place = next
        }
    }

    private mutating func look(at name: String, _ content: Int, _ end: Int) {
        switch name {
        case "ispe": take(header.big(content + 4, 4), header.big(content + 8, 4))
        case "av01": take(header.big(content + 24, 2), header.big(content + 26, 2))
        default:
            if let preface = Self.preface(of: name) { walk(content + preface, end) }
        }
    }

    private mutating func take(_ width: Int?, _ height: Int?) {
        guard let width, let height, let size = ImageSize(width: width, height: height) else { return }
        if size.pixels > found?.pixels ?? 0 { found = size }
    }
}
