import MailModel

/// Writes addresses (RFC 5322 §3.4) in tokens between which a line may be folded.
enum AddressWriter {
    static func tokens(_ addresses: [Address]) -> [String] {
        joined(addresses.map(tokens))
    }

    /// Addresses outside a group stand for themselves (RFC 8621 §4.1.2.4).
    static func tokens(_ groups: [AddressGroup]) -> [String] {
        joined(
            groups.map { group in
                guard let name = group.name else { return tokens(group.addresses) }
                var tokens = phrase(name)
                guard !tokens.isEmpty else { return [] }
                tokens[tokens.count - 1] += ":"
                var members = Self.tokens(group.addresses)
                if members.isEmpty { members = [""] }
                members[members.count - 1] += ";"
                return tokens + members
            })
    }

    /// A comma after each that is not the last.
    private static func joined(_ items: [[String]]) -> [String] {
        var tokens: [String] = []
        for (index, item) in items.enumerated() where !item.isEmpty {
            tokens += item
            if index < items.count - 1 { tokens[tokens.count - 1] += "," }
        }
        return tokens
    }

    private static func tokens(_ address: Address) -> [String] {
        guard let name = address.name, !name.isEmpty else { return [address.email] }
        return phrase(name) + ["<\(address.email)>"]
    }

    /// A display name: words that are atoms as they are, other ASCII in quotation marks, everything else in encoded-words.
    private static func phrase(_ name: String) -> [String] {
        let words = name.split(separator: " ", omittingEmptySubsequences: false)
        let areAtoms = words.allSatisfy { word in
            TextWriter.isPlain(word) && word.utf8.allSatisfy { isAtomOctet($0) }
        }
        if !words.isEmpty, areAtoms, words.allSatisfy({ !$0.isEmpty }) { return words.map(String.init) }
        let isPrintable = name.utf8.allSatisfy { (32...126).contains($0) }
        if isPrintable, name.utf8.count <= 60, !name.contains("=?") { return [quoted(name)] }
        return EncodedWords.encode(name)
    }

    private static func quoted(_ text: String) -> String {
        var output = "\""
        for scalar in text.unicodeScalars {
            if scalar == "\"" || scalar == "\\" { output += "\\" }
            output.unicodeScalars.append(scalar)
        }
        return output + "\""
    }

    /// RFC 5322 §3.2.3, atext.
    private static func isAtomOctet(_ octet: UInt8) -> Bool {
        if ASCII.isLetter(octet) || ASCII.isDigit(octet) { return true }
        switch octet {
        case 0x21, 0x23...0x27, 0x2A, 0x2B, 0x2D, 0x2F, 0x3D, 0x3F, 0x5E...0x60, 0x7B...0x7E: return true
        default: return false
        }
    }

    // MARK: What readers make of them

    static func normalised(_ address: Address) -> Address {
        let name = address.name.flatMap { $0.isEmpty ? nil : $0.inNormalizationFormC }
        return Address(name: name, email: address.email)
    }

    static func normalised(_ group: AddressGroup) -> AddressGroup {
        AddressGroup(name: group.name?.inNormalizationFormC, addresses: group.addresses.map(normalised))
    }
}
