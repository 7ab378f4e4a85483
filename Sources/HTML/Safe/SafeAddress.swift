/// Addresses that a message may lead to or show, written so that no browser reads another scheme or host into them.
enum SafeAddress {
    /// Octets of an address.
    static let maximumOctets = 8 << 10

    /// Where a link leads.
    enum Link: Equatable {
        /// Absolute, and the host it is at where it has one.
        case address(String, host: String?)
        /// A place in the message.
        case place(String)
    }

    /// What an image is.
    enum Image: Equatable {
        /// Its octets, in the address itself.
        case inline(String)
        case remote(String, host: String)
        /// A part of the message (RFC 2392).
        case part(contentID: String)
    }

    static func link(_ written: String) -> Link? {
        let text = cleaned(written)
        guard text.count <= maximumOctets else { return nil }
        if text.first == 0x23 {
            return SafeName.prefixed(String(decoding: text.dropFirst(), as: UTF8.self)).map { .place("#" + $0) }
        }
        guard let (scheme, rest) = split(text) else { return nil }
        switch scheme {
        case "http", "https": return web(scheme, rest).map { .address($0.text, host: $0.host) }
        case "mailto", "tel": return rest.isEmpty ? nil : .address(scheme + ":" + escaped(rest), host: nil)
        default: return nil
        }
    }

    static func image(_ written: String) -> Image? {
        // What stands after the sign is for whoever has the image, not for its server.
        let text = Array(cleaned(written).prefix { $0 != 0x23 })
        if text.starts(with: "//".utf8) {
            return text.count <= maximumOctets
                ? web("https", text[...]).map { .remote($0.text, host: $0.host) } : nil
        }
        guard let (scheme, rest) = split(text) else { return nil }
        if scheme == "data" { return inline(rest).map { .inline($0) } }
        guard text.count <= maximumOctets else { return nil }
        switch scheme {
        case "http", "https": return web(scheme, rest).map { .remote($0.text, host: $0.host) }
        case "cid": return contentID(rest).map { .part(contentID: $0) }
        default: return nil
        }
    }

    // MARK: Parts

    /// Without the white space around it and the line ends and tabs in it, which browsers leave out, and any other
    /// control character.
    private static func cleaned(_ text: String) -> [UInt8] {
        var octets = Array(text.utf8)
        while let last = octets.last, last <= 0x20 { octets.removeLast() }
        return octets.drop { $0 <= 0x20 }.filter { $0 >= 0x20 && $0 != 0x7F }
    }

    private static func split(_ text: [UInt8]) -> (scheme: String, rest: ArraySlice<UInt8>)? {
        guard let colon = text.prefix(12).firstIndex(of: 0x3A), colon > 0 else { return nil }
        let scheme = text[..<colon]
        guard scheme.allSatisfy({ ($0 | 0x20) &- 0x61 < 26 }) else { return nil }
        return (String(decoding: scheme, as: UTF8.self).lowercased(), text[(colon + 1)...])
    }

    /// An address of the web after its scheme. Who it would sign in as is left out: that is written to deceive.
    private static func web(_ scheme: String, _ rest: ArraySlice<UInt8>) -> (text: String, host: String)? {
        let rest = rest.drop { $0 == 0x2F || $0 == 0x5C }
        let end = rest.firstIndex { $0 == 0x2F || $0 == 0x5C || $0 == 0x3F || $0 == 0x23 } ?? rest.endIndex
        var authority = rest[..<end]
        if let sign = authority.lastIndex(of: 0x40) { authority = authority[(sign + 1)...] }
        guard let host = host(authority) else { return nil }
        // Before the query, a reverse solidus is a solidus to browsers.
        let query = rest[end...].firstIndex { $0 == 0x3F || $0 == 0x23 } ?? rest.endIndex
        let path = rest[end..<query].map { $0 == 0x5C ? 0x2F : $0 }
        let text = "\(scheme)://\(host.written)" + escaped(path[...]) + escaped(rest[query...])
        return (text, host.name)
    }

    /// The host with its port as it is written, and without.
    private static func host(_ authority: ArraySlice<UInt8>) -> (written: String, name: String)? {
        var name = authority
        if name.first != 0x5B, let colon = name.lastIndex(of: 0x3A) {
            let port = name[(colon + 1)...]
            guard port.count <= 5, port.allSatisfy({ $0 &- 0x30 < 10 }) else { return nil }
            name = name[..<colon]
        }
        let isBracketed = name.first == 0x5B
        guard !name.isEmpty, name.count <= 253 else { return nil }
        let isHost = name.allSatisfy { octet in
            (octet | 0x20) &- 0x61 < 26 || octet &- 0x30 < 10 || octet == 0x2D || octet == 0x2E || octet == 0x5F
                || octet >= 0x80 || octet == 0x25
                || (isBracketed && (octet == 0x5B || octet == 0x5D || octet == 0x3A))
        }
        guard isHost, !isBracketed || authority.contains(0x5D) else { return nil }
        let lower = String(decoding: name, as: UTF8.self).lowercased()
        return (lower + String(decoding: authority[name.endIndex...], as: UTF8.self), lower)
    }

    /// With what has no place in an address percent-encoded.
    private static func escaped(_ octets: ArraySlice<UInt8>) -> String {
        var text: [UInt8] = []
        for octet in octets {
            switch octet {
            case 0x20, 0x22, 0x27, 0x3C, 0x3E, 0x5C, 0x5E, 0x60, 0x7B, 0x7C, 0x7D, 0x80...:
                text.append(0x25)
                text.append(contentsOf: [hexadecimal[Int(octet >> 4)], hexadecimal[Int(octet & 15)]])
            default: text.append(octet)
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static let hexadecimal = Array("0123456789ABCDEF".utf8)
    private static let imageTypes = ["image/png", "image/jpeg", "image/jpg", "image/gif", "image/webp"]

    /// A `data:` address of an image, in Base64 without anything else in it.
    private static func inline(_ rest: ArraySlice<UInt8>) -> String? {
        guard let comma = rest.prefix(40).firstIndex(of: 0x2C) else { return nil }
        let type = String(decoding: rest[..<comma].filter { $0 != 0x20 }, as: UTF8.self).lowercased()
        guard let known = imageTypes.first(where: { type == $0 + ";base64" }) else { return nil }
        let data = rest[(comma + 1)...].filter { $0 != 0x20 }
        let isBase64 = data.allSatisfy { octet in
            (octet | 0x20) &- 0x61 < 26 || octet &- 0x30 < 10 || octet == 0x2B || octet == 0x2F || octet == 0x3D
        }
        guard isBase64, !data.isEmpty else { return nil }
        return "data:\(known);base64," + String(decoding: data, as: UTF8.self)
    }

    private static func contentID(_ rest: ArraySlice<UInt8>) -> String? {
        var decoded: [UInt8] = []
        var index = rest.startIndex
        while index < rest.endIndex {
            if rest[index] == 0x25, index + 2 < rest.endIndex,
                let octet = UInt8(String(decoding: rest[(index + 1)...(index + 2)], as: UTF8.self), radix: 16)
            {
                decoded.append(octet)
                index += 3
            } else {
                decoded.append(rest[index])
                index += 1
            }
        }
        return decoded.isEmpty ? nil : String(decoding: decoded, as: UTF8.self)
    }
}
