public import MailModel

/// A message's file name in a Maildir: what makes it unique, and behind `:2,` its flags.
public struct MaildirName: Hashable, Sendable {
    public var unique: String
    /// `P R S T D F` and lower-case letters that a folder's `dovecot-keywords` explains; nil when it has none (in `new`).
    public var flags: String?

    public init(_ name: String) {
        if let range = name.utf8.lastIndex(of: UInt8(ascii: ":")), name.utf8[range...].starts(with: ":2,".utf8) {
            unique = String(name[..<range])
            flags = String(name[name.utf8.index(range, offsetBy: 3)...])
        } else {
            unique = name
            flags = nil
        }
    }

    public init(unique: String, flags: String) {
        self.unique = unique
        self.flags = flags
    }

    public var text: String { flags.map { "\(unique):2,\($0)" } ?? unique }

    /// In the order of the letters, as the format wants it.
    private static let letters: [(letter: Character, keyword: Keyword)] = [
        ("D", .draft), ("F", .flagged), ("P", .forwarded), ("R", .answered), ("S", .seen),
    ]

    /// - Parameter names: the folder's own keywords, by their letters from `a` on.
    public func marks(_ names: MaildirKeywords) -> MailMarks {
        var marks = MailMarks()
        marks.tellsRead = true
        for letter in flags ?? "" {
            if let known = Self.letters.first(where: { $0.letter == letter }) {
                marks.keywords.insert(known.keyword)
            } else if letter == "T" {
                marks.isDeleted = true
            } else if let name = names.name(of: letter) {
                marks.add(keyword: name)
            }
        }
        return marks
    }

    /// The flags of an email. Keywords that the folder has no letter left for are left out.
    public static func flags(_ keywords: Set<Keyword>, _ names: inout MaildirKeywords) -> String {
        let known = letters.filter { keywords.contains($0.keyword) }.map(\.letter)
        let others = keywords.subtracting(letters.map(\.keyword)).sorted().compactMap { names.letter(of: $0.name) }
        return String(known.sorted() + others.sorted())
    }
}

/// A folder's `dovecot-keywords`: a number and a keyword a line; number 0 is the flag `a`, 25 is `z`.
public struct MaildirKeywords: Hashable, Sendable {
    private var names: [Int: String] = [:]
    /// Whether a keyword was added since it was read.
    public private(set) var hasChanged = false

    public init(_ file: String = "") {
        for line in file.split(separator: "\n") {
            let fields = line.split(separator: " ", maxSplits: 1)
            if fields.count == 2, let number = Int(fields[0]), (0..<26).contains(number) {
                names[number] = String(fields[1])
            }
        }
    }

    public var text: String { names.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)\n" }.joined() }

    func name(of letter: Character) -> String? {
        guard let octet = letter.asciiValue, (0x61...0x7A).contains(octet) else { return nil }
        return names[Int(octet) - 0x61]
    }

    mutating func letter(of name: String) -> Character? {
        if let number = names.first(where: { $0.value.lowercased() == name })?.key { return Self.letter(number) }
        guard let free = (0..<26).first(where: { names[$0] == nil }) else { return nil }
        names[free] = name
        hasChanged = true
        return Self.letter(free)
    }

    private static func letter(_ number: Int) -> Character { Character(Unicode.Scalar(UInt8(0x61 + number))) }
}
