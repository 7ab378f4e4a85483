/// A property's value, written anew from its pieces.
struct StyleValue {
    /// Pieces of a value; longer ones are none of ours.
    static let maximumPieces = 500
    /// Functions in one another.
    static let maximumDepth = 8

    /// Where an image's address leads, or nil when it is left out.
    typealias ImageAddress = (String) -> String?

    private let kind: StyleProperty.Kind
    private let image: ImageAddress
    private var output: [UInt8] = []
    private var depth = 0
    /// Whether a space goes before the next piece.
    private var needsSpace = false

    /// The value that `tokens` are, of the property `name`; nil when anything in it is not allowed, or nothing is left.
    static func write(_ tokens: [StyleToken], kind: StyleProperty.Kind, image: ImageAddress) -> [UInt8]? {
        withoutActuallyEscaping(image) { image in
            var value = StyleValue(kind: kind, image: image)
            for token in tokens {
                guard value.write(token) else { return nil }
            }
            guard value.depth == 0, !value.output.isEmpty else { return nil }
            return value.output
        }
    }

    private init(kind: StyleProperty.Kind, image: @escaping ImageAddress) {
        self.kind = kind
        self.image = image
    }

    private mutating func write(_ token: StyleToken) -> Bool {
        switch token {
        case .space: return true
        case .identifier(let name): return identifier(name)
        case .hash(let name):
            guard [3, 4, 6, 8].contains(name.utf8.count), name.utf8.allSatisfy(Self.isHexadecimal) else { return false }
            put("#" + name)
        case .number(let text, let unit):
            guard text.utf8.count <= 20, StyleProperty.units.contains(unit) else { return false }
            put(text + unit)
        case .string(let text):
            guard kind == .words else { return false }
            put(Self.quote(text))
        case .function(let name):
            guard depth < Self.maximumDepth,
                StyleProperty.functions.contains(name) || kind == .image && StyleProperty.gradients.contains(name)
            else { return false }
            put(name + "(")
            depth += 1
            needsSpace = false
        case .url(let text):
            guard kind == .image, depth == 0 else { return false }
            guard let address = image(text) else { return true }
            put("url(" + Self.quote(address) + ")")
        case .sign(let octet): return sign(octet)
        case .atKeyword, .broken: return false
        }
        return true
    }

    private mutating func identifier(_ name: String) -> Bool {
        guard Self.isPlain(name), !name.hasPrefix("--") else { return false }
        if kind == .display, !StyleProperty.displays.contains(name.lowercased()) { return false }
        put(name)
        return true
    }

    private mutating func sign(_ octet: UInt8) -> Bool {
        switch octet {
        case 0x2C:
            output.append(octet)
            needsSpace = false
        case 0x2F: put("/")
        case 0x2B where depth > 0, 0x2A where depth > 0, 0x2D where depth > 0: put(String(UnicodeScalar(octet)))
        case 0x28 where depth > 0 && depth < Self.maximumDepth:
            put("(")
            depth += 1
            needsSpace = false
        case 0x29 where depth > 0:
            output.append(octet)
            depth -= 1
        default: return false
        }
        return true
    }

    /// Pieces stand apart, so that no two become another one.
    private mutating func put(_ text: String) {
        if needsSpace { output.append(0x20) }
        output.append(contentsOf: text.utf8)
        needsSpace = true
    }

    private static func isHexadecimal(_ octet: UInt8) -> Bool { octet &- 0x30 < 10 || (octet | 0x20) &- 0x61 < 6 }

    /// Whether a name needs no escape: letters, digits, hyphen, low line and what is not ASCII.
    static func isPlain(_ name: String) -> Bool {
        guard !name.isEmpty, name.utf8.count <= 128 else { return false }
        return name.utf8.allSatisfy { octet in
            (octet | 0x20) &- 0x61 < 26 || octet &- 0x30 < 10 || octet == 0x2D || octet == 0x5F || octet >= 0x80
        }
    }

    /// A string in quotes of which nothing can end the string, the sheet or the element around it.
    static func quote(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\", "<", ">", "&", "'", "`", "{", "}", ";", "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}":
                quoted += "\\" + String(scalar.value == 0 ? 0xFFFD : scalar.value, radix: 16) + " "
            default:
                quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
