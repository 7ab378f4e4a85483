/// How many message-ids or URLs of one field are read.
let maximumIdentifiers = 5_000

/// The MessageIds form (RFC 8621 §4.1.2.5): what stands between angle brackets, white space removed. Nil when there is
/// no message-id at all.
///
/// QUIRK: words between ids (RFC 5322 §4.5.4) are skipped, a missing `>` is assumed before the next `<`,
/// and one bare word with an `@` in it counts as an id without brackets.
func messageIDs(_ value: UnsafeRawBufferPointer) -> [String]? {
    var ids: [String] = []
    var index = 0
    while ids.count < maximumIdentifiers,
        let open = value.firstIndex(of: ASCII.less, from: index, to: value.count)
    {
        var id: [UInt8] = []
        index = open + 1
        while index < value.count, value[index] != ASCII.greater, value[index] != ASCII.less {
            if !ASCII.isWhiteSpace(value[index]), value[index] != ASCII.nul { id.append(value[index]) }
            index += 1
        }
        if !id.isEmpty { ids.append(id.withUnsafeBytes { plainText($0) }) }
    }
    if ids.isEmpty, let bare = bareMessageID(value) { ids.append(bare) }
    return ids.isEmpty ? nil : ids
}

private func bareMessageID(_ value: UnsafeRawBufferPointer) -> String? {
    let range = value.trimmed(0..<value.count)
    let hasAt = value.firstIndex(of: ASCII.at, from: range.lowerBound, to: range.upperBound) != nil
    guard hasAt, !value[range].contains(where: { ASCII.isWhiteSpace($0) || $0 == ASCII.less }) else { return nil }
    return plainText(value.slice(range))
}

/// The URLs form (RFC 8621 §4.1.2.7, RFC 2369 §2): what stands between angle brackets outside comments, white space
/// removed. Nil when there is none (`List-Post: NO`).
func listURLs(_ value: UnsafeRawBufferPointer) -> [String]? {
    var urls: [String] = []
    var scanner = TokenScanner(value)
    while urls.count < maximumIdentifiers {
        scanner.skipCFWS()
        guard let octet = scanner.current else { break }
        scanner.position += 1
        guard octet == ASCII.less else { continue }
        let range = scanner.scan(until: { $0 == ASCII.greater })
        let url = value[range].filter { !ASCII.isWhiteSpace($0) && $0 != ASCII.nul }
        if !url.isEmpty { urls.append(url.withUnsafeBytes { plainText($0) }) }
    }
    return urls.isEmpty ? nil : urls
}
