/// The other direction of a domain's `xn--` form (RFC 3492).
enum Punycode {
    /// What an encoded label, without its `xn--`, stands for; nil for what stands for nothing.
    static func decode(_ label: some StringProtocol) -> String? {
        var output: [Unicode.Scalar] = []
        var input = label[...]
        if let delimiter = input.lastIndex(of: "-") {
            output = Array(input[..<delimiter].unicodeScalars)
            input = input[input.index(after: delimiter)...]
        }
        // A label of a domain has 63 octets; each character beyond is another walk through what is there.
        guard label.utf8.count <= 63, output.allSatisfy(\.isASCII) else { return nil }
        var digits = input.utf8.makeIterator()
        var (code, index, bias) = (128, 0, 72)
        var isFirst = true
        while true {
            let old = index
            guard let moved = delta(&digits, from: index, bias) else { return nil }
            guard let moved else { break }
            index = moved
            let count = output.count + 1
            bias = adapted(index - old, count, isFirst)
            isFirst = false
            code += index / count
            index %= count
            guard code <= 0x10FFFF, let scalar = Unicode.Scalar(UInt32(code)) else { return nil }
            output.insert(scalar, at: index)
            index += 1
        }
        var text = String.UnicodeScalarView()
        text.append(contentsOf: output)
        return String(text)
    }

    /// RFC 3492 §6.2: `index` moved by the next generalized variable-length integer. `.some(nil)`: there is no more; nil: it
    /// is none.
    private static func delta(
        _ digits: inout some IteratorProtocol<UInt8>, from index: Int, _ bias: Int
    ) -> Int?? {
        guard var octet = digits.next() else { return .some(nil) }
        var (index, weight, step) = (index, 1, 36)
        while true {
            guard let digit = digit(octet) else { return nil }
            index += digit * weight
            // Larger than any number that a label of 63 octets may mean.
            guard index < 1 << 40 else { return nil }
            let threshold = min(max(step - bias, 1), 26)
            if digit < threshold { return .some(index) }
            weight *= 36 - threshold
            guard weight < 1 << 40, let next = digits.next() else { return nil }
            octet = next
            step += 36
        }
    }

    /// RFC 3492 §5: a to z, then 0 to 9.
    private static func digit(_ octet: UInt8) -> Int? {
        switch octet {
        case 0x61...0x7A: Int(octet) - 0x61
        case 0x41...0x5A: Int(octet) - 0x41
        case 0x30...0x39: Int(octet) - 0x30 + 26
        default: nil
        }
    }

    /// RFC 3492 §6.1.
    private static func adapted(_ delta: Int, _ count: Int, _ isFirst: Bool) -> Int {
        var delta = isFirst ? delta / 700 : delta / 2
        delta += delta / count
        var step = 0
        while delta > 35 * 26 / 2 {
            delta /= 35
            step += 36
        }
        return step + 36 * delta / (delta + 38)
    }
}
