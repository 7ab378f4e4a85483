import MailModel

/// How much work parsing does, in octets, lines, tokens and words looked at: what tests count, instead of time, to see that
/// it grows with the input's length and with nothing else.
package enum ParsingWork {
    package static func structure(of bytes: UnsafeRawBufferPointer) -> Int {
        var parser = StructureParser(bytes, limits: .init())
        _ = parser.parse()
        return parser.work
    }

    package static func text(of value: UnsafeRawBufferPointer) -> Int {
        [EncodedWordPlacement.separate, .anywhere].reduce(0) { sum, placement in
            var decoder = EncodedTextDecoder(value, placement)
            _ = decoder.decode()
            return sum + decoder.work
        }
    }

    package static func addresses(of value: UnsafeRawBufferPointer) -> Int {
        var parser = AddressParser(value, limit: .max)
        _ = parser.parse()
        return parser.work
    }
}
