// Names for people.
extension CertificateNames {
    /// The common name in a distinguished name, else its organisation; nil when it has neither in short and plain text.
    static func text(of name: ArraySlice<UInt8>) -> String? {
        for kind in [UInt8(3), 10] {
            // The object identifiers 2.5.4.3 and 2.5.4.10, as they stand before the value.
            guard let mark = name.firstRange(of: [0x06, 0x03, 0x55, 0x04, kind]) else { continue }
            var rest = name[mark.upperBound...]
            guard let tag = rest.popFirst(), [0x0C, 0x13, 0x14, 0x16].contains(tag), let length = rest.popFirst(),
                length < 0x80, rest.count >= Int(length),
                let text = String(validating: rest.prefix(Int(length)), as: UTF8.self),
                text.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control })
            else { continue }
            return text
        }
        return nil
    }
}
