import JSON
import MailModel

extension MethodCall {
    /// Answers as our `/list` methods do: a page of one maildrop's lines, and the place behind which the next one begins, null
    /// after the last.
    ///
    /// - Parameters:
    ///   - found: one line more than `count` when another page follows.
    ///   - cursor: what a line's place is called.
    ///   - prelude: writes what stands before the lines, if anything does.
    mutating func writePage<Line>(
        _ found: [Line], _ count: Int, of maildrop: MaildropID, cursor: (Line) -> String,
        prelude: (inout JSONWriter) -> Void = { _ in }, line: (Line, inout JSONWriter) -> Void
    ) {
        let page = found.prefix(count)
        writer.beginObject()
        writeAccountID()
        writer.key("maildropId")
        writer.value(maildrop)
        writer.key("list")
        writer.beginArray()
        prelude(&writer)
        for one in page { line(one, &writer) }
        writer.endArray()
        writer.key("next")
        writer.value(optional: found.count > count ? page.last.map(cursor) : nil)
        writer.endObject()
    }

    /// Reads `limit`, the lines of a page: 500 unless it is given, and no more than a /get answers with.
    mutating func takePageCount() throws -> Int {
        let limit = try arguments.takeOptionalUnsigned("limit") ?? 500
        guard limit > 0 else { throw MethodError.invalidArguments("A page has at least one line.") }
        return min(limit, limits.objectsInGet)
    }

    /// Reads `after`, the place behind which a page begins.
    mutating func takePlace<Place>(_ read: (String) -> Place?) throws -> Place? {
        try arguments.takeOptionalString("after").map { text in
            guard let place = read(text) else {
                throw MethodError.invalidArguments("after is the next of an earlier page.")
            }
            return place
        }
    }
}
