/// Writes one message: its header here, its body in `Composer+Body.swift`.
struct Composer {
    let mail: SampleMail
    let index: Int
    let topic: Lineage.Topic
    let isReply: Bool
    let sender: Person
    private let lineage: Lineage
    private let references: [String]
    private var envelope: SeededGenerator
    var generator: SeededGenerator
    var octets: [UInt8] = []

    init(mail: SampleMail, index: Int) {
        self.mail = mail
        self.index = index
        lineage = Lineage(seed: mail.seed, index: index)
        (references, topic) = Lineage.ancestry(seed: mail.seed, of: lineage)
        isReply = lineage.parent != nil
        envelope = SeededGenerator(seed: mail.seed, index: index, purpose: .envelope)
        generator = SeededGenerator(seed: mail.seed, index: index, purpose: .body)
        sender = envelope.pick(Person.all)
    }

    mutating func compose() -> [UInt8] {
        let size = mail.aimedSize(&generator)
        octets.reserveCapacity(size + 1_024)
        writeHeader()
        writeBody(size: max(100, size - octets.count))
        return octets
    }

    private mutating func writeHeader() {
        let date = HeaderText.date(mail.sentAt(index))
        let id = String(index, radix: 16)
        write("Return-Path: <\(sender.address)>")
        write("Received: from mx.example.org by pop.example.net with ESMTPS id \(id); \(date)")
        if envelope.chance(0.5) {
            write(
                "Received: from [192.0.2.\(1 + envelope.below(254))] (unknown)\r\n\tby mx.example.org (smtpd) with ESMTPSA id \(id);\r\n\t\(date)"
            )
        }
        write("From: " + HeaderText.address(sender, generator: &envelope))
        writeRecipients()
        writeSubject()
        if !envelope.chance(0.005) { write("Date: \(date)") }
        write("Message-ID: \(lineage.messageID)")
        if let parent = references.last {
            write("In-Reply-To: \(parent)")
            // RFC 5322 §3.6.4; programs keep the first and the latest of a long conversation.
            let kept = references.count > 10 ? [references[0]] + references.suffix(9) : references
            write("References: " + kept.joined(separator: "\r\n "))
        }
        writeList()
        write("MIME-Version: 1.0")
    }

    private mutating func writeRecipients() {
        if topic.list == nil, envelope.chance(0.02) { return write("To: undisclosed-recipients:;") }
        var people = (0..<(envelope.chance(0.2) ? 3 : 1)).map { _ in envelope.pick(Person.all) }
        if envelope.chance(0.02) {
            let members = people.map { HeaderText.address($0, generator: &envelope) }.joined(separator: ", ")
            return write("To: Friends: \(members);")
        }
        if let list = topic.list { people.append(Person(name: list, address: "\(list)@lists.example.org")) }
        write("To: " + people.map { HeaderText.address($0, generator: &envelope) }.joined(separator: ",\r\n "))
        if envelope.chance(0.15) { write("Cc: " + HeaderText.address(envelope.pick(Person.all), generator: &envelope)) }
    }

    private mutating func writeSubject() {
        let prefix = (isReply ? topic.language.replyPrefix : "") + (topic.list.map { "[\($0)] " } ?? "")
        let charset = envelope.pick(topic.language.charsets)
        write("Subject: " + HeaderText.unstructured(prefix + topic.subject, in: charset, generator: &envelope))
    }

    private mutating func writeList() {
        guard let list = topic.list else { return }
        write("List-Id: The \(list) list <\(list).lists.example.org>")
        write("List-Post: <mailto:\(list)@lists.example.org>")
        write(
            "List-Unsubscribe: <https://lists.example.org/\(list)/leave>,\r\n <mailto:\(list)-leave@lists.example.org>")
        write("Precedence: list")
    }

    /// One line, or a folded field.
    mutating func write(_ line: String) {
        octets += line.utf8
        octets += [0x0D, 0x0A]
    }
}
