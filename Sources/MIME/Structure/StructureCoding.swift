extension MessageStructure {
    /// The first octet of the form below; another form gets another number, and old rows stay readable.
    private static let version: UInt8 = 1

    /// The compact form that the store keeps in the email's row: the version, the defects, then every part before its
    /// children. Positions are counted from where the parent's body begins; sections follow from the order.
    public func encoded() -> [UInt8] {
        var writer = BinaryWriter()
        writer.write(UInt64(Self.version))
        writer.write(UInt64(defects.rawValue))
        root.write(to: &writer, base: 0)
        return writer.output
    }

    /// Reads what `encoded()` wrote; nil for anything else. Its ranges may still lie outside a message that is not its
    /// own: everything that uses them stays inside.
    public init?(encoded octets: some Collection<UInt8>) {
        let decoded: MessageStructure? = withOctets(octets) { bytes in
            var reader = BinaryReader(bytes)
            guard reader.number() == UInt64(Self.version), let defects = reader.number(),
                defects <= UInt64(UInt32.max), var root = Part.read(from: &reader, base: 0, depth: 0), reader.isAtEnd
            else { return nil }
            root.number(root.isMultipart ? [] : [1])
            return MessageStructure(root: root, defects: Defects(rawValue: UInt32(defects)))
        }
        guard let decoded else { return nil }
        self = decoded
    }
}

extension Part {
    /// The deepest nesting that is ever opened or read back, whatever the configuration allows: reading is recursive.
    static let deepest = 250

    fileprivate func write(to writer: inout BinaryWriter, base: Int) {
        writer.write(headerRange.lowerBound - base)
        writer.write(headerRange.count)
        writer.write(bodyRange.lowerBound - headerRange.upperBound)
        writer.write(bodyRange.count)
        writer.write(type)
        writer.write(subtype)
        writer.write(charset)
        writer.write(UInt64(transferEncoding.rawValue))
        writer.write(disposition)
        writer.write(fileName)
        writer.write(contentID)
        writer.write(languages ?? [])
        writer.write(location)
        writer.write(decodedSize)
        writer.write(children.count)
        for child in children { child.write(to: &writer, base: bodyRange.lowerBound) }
    }

    fileprivate static func read(from reader: inout BinaryReader, base: Int, depth: Int) -> Part? {
        guard depth <= deepest, let headerStart = reader.count(), let headerCount = reader.count(),
            let gap = reader.count(), let bodyCount = reader.count(), base + headerStart < 1 << 50
        else { return nil }
        let header = base + headerStart..<base + headerStart + headerCount
        var part = Part(headerRange: header, bodyRange: header.upperBound + gap..<header.upperBound + gap + bodyCount)
        guard let type = reader.text(), let subtype = reader.text(), let charset = reader.optionalText(),
            let code = reader.number(), let encoding = UInt8(exactly: code).flatMap(TransferEncoding.init),
            let disposition = reader.optionalText(), let fileName = reader.optionalText(),
            let contentID = reader.optionalText(), let languages = reader.texts(),
            let location = reader.optionalText(), let decodedSize = reader.count(), let childCount = reader.count(),
            childCount <= reader.left, (childCount > 0) == (type == "multipart")
        else { return nil }
        (part.type, part.subtype, part.charset, part.transferEncoding) = (type, subtype, charset, encoding)
        (part.disposition, part.fileName, part.contentID) = (disposition, fileName, contentID)
        (part.languages, part.location) = (languages.isEmpty ? nil : languages, location)
        part.decodedSize = decodedSize
        for _ in 0..<childCount {
            guard let child = read(from: &reader, base: part.bodyRange.lowerBound, depth: depth + 1) else { return nil }
            part.children.append(child)
        }
        return part
    }
}
