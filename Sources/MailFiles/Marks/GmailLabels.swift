public import MailModel

/// What Gmail's labels are here: mailboxes and keywords.
public struct GmailLabels: Hashable, Sendable {
    /// Mailboxes that have a role.
    public var roles: Set<MailboxRole> = []
    /// The user's own labels, as ways from the top: `Work/Projects` is two deep.
    public var mailboxes: [[String]] = []
    public var keywords: Set<Keyword> = []

    /// The values of one X-Gmail-Labels field.
    static func split(_ text: String) -> [String] {
        var labels: [String] = []
        var label = ""
        var isQuoted = false
        for character in text {
            switch character {
            case "\"": isQuoted.toggle()
            case "," where !isQuoted:
                labels.append(label)
                label = ""
            default: label.append(character)
            }
        }
        labels.append(label)
        return labels.map(trimmed).filter { !$0.isEmpty }
    }

    private static func trimmed(_ text: String) -> String {
        var text = text[...]
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return String(text)
    }

    /// A message without a mailbox of its own is in the archive. It has been read unless it says `Unread`.
    public init(_ labels: [String]) {
        keywords.insert(.seen)
        for label in labels {
            switch Self.system[label.lowercased()] {
            case .mailbox(let role): roles.insert(role)
            case .keyword(let keyword): keywords.insert(keyword)
            case .unread: keywords.remove(.seen)
            case .nothing: break
            case nil where Self.categories.contains { label.lowercased().hasPrefix($0) }: break
            case nil: mailboxes.append(label.split(separator: "/").map(String.init).filter { !$0.isEmpty })
            }
        }
        if roles.contains(.drafts) { keywords.insert(.draft) }
        if roles.contains(.junk) { keywords.insert(.junk) }
        mailboxes.removeAll(where: \.isEmpty)
        if roles.isEmpty, mailboxes.isEmpty { roles.insert(.archive) }
    }

    private enum Meaning {
        case mailbox(MailboxRole)
        case keyword(Keyword)
        case unread
        /// Says nothing that the others don't.
        case nothing
    }

    private static let categories = ["category ", "kategorie ", "catégorie ", "categoría ", "categoria "]

    /// Takeout writes the system's labels in the user's language: English, German, French, Spanish, Italian, Portuguese.
    private static let system: [String: Meaning] = {
        var table: [String: Meaning] = [:]
        func set(_ meaning: Meaning, _ names: String...) { for name in names { table[name] = meaning } }
        set(
            .mailbox(.inbox), "inbox", "posteingang", "boîte de réception", "recibidos", "posta in arrivo",
            "caixa de entrada")
        set(.mailbox(.sent), "sent", "gesendet", "messages envoyés", "enviados", "posta inviata", "itens enviados")
        set(.mailbox(.drafts), "drafts", "draft", "entwürfe", "brouillons", "borradores", "bozze", "rascunhos")
        set(.mailbox(.trash), "trash", "papierkorb", "corbeille", "papelera", "cestino", "lixeira")
        set(.mailbox(.junk), "spam", "courrier indésirable")
        set(
            .mailbox(.archive), "archived", "archiviert", "archivé", "messages archivés", "archivados", "archiviati",
            "arquivados")
        set(.keyword(.flagged), "starred", "markiert", "suivis", "destacados", "speciali", "com estrela")
        if let important = Keyword("$important") {
            set(.keyword(important), "important", "wichtig", "importants", "importantes", "importanti")
        }
        set(.unread, "unread", "ungelesen", "non lus", "no leídos", "da leggere", "não lidas")
        set(.nothing, "opened", "geöffnet", "ouvert", "abiertos", "aperto", "abertos")
        return table
    }()
}
