import GRDB
import MIME
import MailModel

/// A part of a filter that the text index answers, not mail.db.
enum FilterLookup: Hashable {
    case text(String)
    case header(HeaderCondition)
}

extension EmailCondition {
    /// What the text index has to be asked. A text without a letter or digit asks nothing.
    var lookups: [FilterLookup] {
        let texts: [(String?, SearchExpression.Column?)] = [
            (text, nil), (from, .from), (to, .to), (cc, .cc), (bcc, .bcc), (subject, .subject), (body, .body),
            (attachmentName, .attachment),
        ]
        let found = texts.compactMap { text, column in
            text.flatMap { SearchExpression.make($0, in: column) }.map(FilterLookup.text)
        }
        return found + (header.map { [.header($0)] } ?? [])
    }

    mutating func removeLookups() {
        (text, from, to, cc, bcc, subject, body) = (nil, nil, nil, nil, nil, nil, nil)
        (attachmentName, header) = (nil, nil)
    }
}

extension EmailFilter {
    /// Takes out what the text index answers, where every result must fulfil it: the emails it found, each once,
    /// in the order of their ids. Nil when the filter does not begin like that.
    mutating func takeFound(_ compiler: FilterCompiler) throws -> [Int64]? {
        switch self {
        case .condition(var condition):
            var found: [Int64]?
            for lookup in condition.lookups {
                let ids = try compiler.lookups.found(by: lookup)
                let hits = TextHits(ids)
                found = found.map { $0.filter(hits.contains) } ?? ids
            }
            guard let found else { return nil }
            condition.removeLookups()
            self = .condition(condition)
            return found
        case .all(var filters):
            for index in filters.indices {
                if let found = try filters[index].takeFound(compiler) {
                    self = .all(filters)
                    return found
                }
            }
            return nil
        case .any, .noneOf: return nil
        }
    }
}

/// What one query asks of the text index: each lookup once, however often its filter has it, and all of them within one
/// bound of time and of opened messages.
final class FilterLookups {
    private let reader: AccountReader
    private var known: [FilterLookup: [Int64]] = [:]
    private var isReady = false
    private var openable: Int

    /// - Parameter openable: messages that may be opened to look into a field of theirs.
    init(_ reader: AccountReader, openable: Int = AccountReader.openedPerQuery) {
        self.reader = reader
        self.openable = openable
    }

    /// The emails of the query's snapshot that the text index finds, and perhaps some that are gone.
    /// - Throws: `searchNotReady` when the index has not come as far as this snapshot and could not be brought there in
    ///   the time that a query has, or when too many messages would have to be opened.
    func found(by lookup: FilterLookup) throws -> [Int64] {
        if let found = known[lookup] { return found }
        let found = try asking { try reader.found(by: lookup, openable: &openable) }
        known[lookup] = found
        return found
    }

    /// Asks the text index, once it was brought up. Between the two somebody may empty it, to be rid of what was destroyed: then
    /// it is brought up once more.
    func asking<T>(_ body: () throws -> T) throws -> T {
        if !isReady { try reader.bringTextIndexUp() }
        isReady = true
        do { return try body() } catch let error as MailStoreError where error.code == .searchNotReady {
            try reader.bringTextIndexUp()
            return try body()
        }
    }

    /// Whether more than `few` emails have what an expression asks for.
    /// - Throws: `searchNotReady`, as `found` does.
    func isCommon(_ expression: String, few: Int) throws -> Bool {
        if let found = known[.text(expression)] { return found.count > few }
        let found = try asking { try reader.core.search.matches(expression, for: reader, limit: few + 1) }
        if found.count <= few { known[.text(expression)] = found }
        return found.count > few
    }
}

extension AccountReader {
    fileprivate func bringTextIndexUp() throws {
        let clock = core.options.clock
        let end = clock().adding(SearchIndex.timePerQuery)
        // A write's own emails are not committed: they must not get into the index.
        guard transaction == nil,
            try core.search.advance(self, emails: SearchIndex.emailsPerQuery, isOver: { clock() >= end })
        else {
            throw MailStoreError(
                .searchNotReady, "The text index is still catching up with new mail; try again in a moment.")
        }
    }

    fileprivate func found(by lookup: FilterLookup, openable: inout Int) throws -> [Int64] {
        switch lookup {
        case .text(let expression): return try core.search.matches(expression, for: self)
        case .header(let header):
            let candidates = try core.search.emails(withField: header.name, for: self)
            guard let text = header.text, !text.isEmpty else { return candidates }
            return try containing(text, field: header.name, among: candidates, openable: &openable)
        }
    }

    /// Messages that one query may open to look into fields of theirs.
    static let openedPerQuery = 20_000

    private func containing(
        _ text: String, field: String, among candidates: [Int64], openable: inout Int
    ) throws -> [Int64] {
        guard candidates.count <= openable else {
            throw MailStoreError(
                .filterTooBroad,
                "\(candidates.count) emails have this field; a query looks into no more than \(Self.openedPerQuery).")
        }
        openable -= candidates.count
        let wanted = text.lowercased()
        return try candidates.filter { number in
            let id = EmailID(rawValue: number)
            // What cannot be read has no such field, as far as anybody can know.
            return try MailStoreError.nilIfCorrupt { try contains(wanted, field: field, id) } ?? false
        }
    }

    private func contains(_ wanted: String, field: String, _ id: EmailID) throws -> Bool {
        guard let structure = try structure(of: id), let blob = try blobID(of: id) else { return false }
        let isFound = try withBlob(blob) { octets in
            HeaderFields(octets, in: structure.root.headerRange).all(named: field, in: octets)
                .contains { $0.text(in: octets).lowercased().contains(wanted) }
        }
        return isFound ?? false
    }

    private func blobID(of id: EmailID) throws -> BlobID? {
        try db.first("SELECT hash FROM email WHERE id = ?", .int(id.rawValue)) { BlobID(hash: $0.blob(0)) }
    }
}
