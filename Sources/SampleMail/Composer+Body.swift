/// The kinds of bodies, in about the shares that a person's mailbox has.
extension Composer {
    mutating func writeBody(size: Int) {
        let kind = generator.unit()
        if size < 2_300 || kind < 0.35 {
            writeText(size: size)
        } else if kind < 0.70 {
            writeAlternative(size: size)
        } else if kind < 0.75 {
            writeRelated(size: size)
        } else {
            writeMixed(size: size)
        }
    }

    /// A part that is text alone, its Content fields included.
    private mutating func writeText(size: Int, subtype: Subtype = .plain) {
        let charset = generator.pick(topic.language.charsets)
        let encoding = generator.pick(topic.language.encodings(of: charset))
        let share = encoding == .base64 ? size * 3 / 4 : encoding == .quotedPrintable ? size * 3 / 4 : size
        let flowed = subtype == .plain && charset.isSevenBit && encoding == .sevenBit && generator.chance(0.3)
        write("Content-Type: text/\(subtype.rawValue); charset=\(charset.rawValue)\(flowed ? "; format=flowed" : "")")
        write("Content-Transfer-Encoding: \(encoding.rawValue)")
        write("")
        var text = SampleText(language: topic.language, charset: charset, isReply: isReply, signature: sender.name)
        octets += encoding.encode(text.lines(subtype, octets: share, generator: &generator))
    }

    private mutating func writeAlternative(size: Int) {
        let boundary = openMultipart("alternative")
        write("--" + boundary)
        writeText(size: size * 2 / 5)
        write("--" + boundary)
        writeText(size: size * 3 / 5, subtype: .html)
        write("--" + boundary + "--")
    }

    /// HTML with an inline image (RFC 2387, RFC 2392).
    private mutating func writeRelated(size: Int) {
        let boundary = openMultipart("related; type=\"multipart/alternative\"")
        write("--" + boundary)
        writeAlternative(size: size / 2)
        write("--" + boundary)
        write("Content-Type: image/png; name=logo.png")
        write("Content-Transfer-Encoding: base64")
        write("Content-ID: <logo.\(index)@example.org>")
        write("Content-Disposition: inline; filename=logo.png")
        write("")
        mail.filler.append(about: size / 2, to: &octets, generator: &generator)
        write("--" + boundary + "--")
    }

    private mutating func writeMixed(size: Int) {
        let boundary = openMultipart("mixed")
        write("--" + boundary)
        writeText(size: min(1_500, size / 4))
        let count = generator.chance(0.15) ? 2 : 1
        for number in 0..<count {
            write("--" + boundary)
            if generator.chance(0.05) {
                writeForwarded()
            } else {
                writeAttachment(number, size: max(200, size - 2_000) / count)
            }
        }
        write("--" + boundary + "--")
    }

    private mutating func writeAttachment(_ number: Int, size: Int) {
        let (type, name, encodedName) = generator.pick(Self.attachments)
        write("Content-Type: \(type); name=\"\(name)\"")
        write("Content-Transfer-Encoding: base64")
        switch generator.below(3) {
        case 0: write("Content-Disposition: attachment; filename=\"\(index)-\(number)-\(name)\"")
        case 1: write("Content-Disposition: attachment;\r\n filename*=utf-8''\(encodedName)")  // RFC 2231 §4
        default: write("Content-Disposition: attachment;\r\n filename*0=\"\(index)-\";\r\n filename*1=\"\(name)\"")
        }
        write("")
        mail.filler.append(about: size, to: &octets, generator: &generator)
    }

    private mutating func writeForwarded() {
        write("Content-Type: message/rfc822")
        write("Content-Disposition: attachment")
        write("")
        write("From: \(generator.pick(Person.all).address)")
        write("To: \(sender.address)")
        write("Subject: forwarded \(index)")
        write("Message-ID: <forwarded.\(index)@example.org>")
        write("Date: " + HeaderText.date(mail.sentAt(index) - 86_400))
        write("MIME-Version: 1.0")
        writeText(size: 600)
    }

    private mutating func openMultipart(_ type: String) -> String {
        let boundary = "=_\(String(generator.next(), radix: 36))"
        write("Content-Type: multipart/\(type);\r\n boundary=\"\(boundary)\"")
        write("")
        return boundary
    }

    private static let attachments = [
        ("application/pdf", "invoice.pdf", "Rechnung%20M%C3%A4rz.pdf"),
        ("image/jpeg", "IMG_2041.JPG", "caf%C3%A9.jpg"),
        ("application/zip", "reports.zip", "%E3%83%AC%E3%83%9D%E3%83%BC%E3%83%88.zip"),
        ("text/csv", "orders.csv", "orders.csv"),
        ("application/octet-stream", "file.bin", "file.bin"),
    ]
}

/// Which form a text part has.
enum Subtype: String {
    case plain, html
}
