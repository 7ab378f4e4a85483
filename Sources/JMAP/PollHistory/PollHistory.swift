import JSON
import MailModel
import MailStore

// Ours: how polls went in the last 30 days, of the own maildrops, and for administrators of everybody's.

extension Method {
    /// A maildrop's single polls, the newest first, a page at a time.
    static let pollHistoryList = Method(
        "PollHistory/list", .admin,
        .waiting { call, _ in
            try call.takeAccountID()
            let subject = try await call.takePollSubject()
            let text = try call.arguments.takeString("maildropId")
            let place = try call.takePlace(PollPlace.init(cursor:))
            let count = try call.takePageCount()
            try call.arguments.end()
            let found = try await subject.read { reader -> (MaildropID, [(place: PollPlace, poll: PollRecord)])? in
                guard let id = MaildropID(text), try reader.maildrop(id) != nil else { return nil }
                return (id, try reader.polls(of: id, after: place, limit: count + 1))
            }
            guard let (id, polls) = found else { throw MethodError.invalidArguments("There is no such maildrop.") }
            let idle = place == nil ? call.store.idlePolls(of: id, in: subject.id) : nil
            call.writePage(
                polls, count, of: id, cursor: \.place.cursor, prelude: { idle?.writeWhole(&$0) },
                line: { $0.poll.writeWhole(&$1) })
            try call.checkSize()
        })

    /// What the polls of each maildrop came to, day by day.
    static let pollHistoryDays = Method(
        "PollHistory/days", .admin,
        .waiting { call, _ in
            try call.takeAccountID()
            let subject = try await call.takePollSubject()
            let wanted = try call.arguments.takeOptionalStrings("maildropIds")
            let offset = try call.arguments.takeInt("utcOffset")
            let days = try call.arguments.takeOptionalUnsigned("days") ?? 30
            try call.arguments.end()
            guard (-64_800...64_800).contains(offset) else {
                throw MethodError.invalidArguments("utcOffset is a number of seconds, 18 hours at most.")
            }
            guard (1...31).contains(days) else { throw MethodError.invalidArguments("days is from 1 to 31.") }
            let today = Int((call.now.milliseconds + Int64(offset) * 1000) / 86_400_000)
            let maildrops = try await subject.read { try $0.maildrops() }
                .filter { maildrop in wanted?.contains(maildrop.id.description) ?? true }
            call.writer.beginObject()
            call.writeAccountID()
            call.writer.key("list")
            call.writer.beginArray()
            for maildrop in maildrops {
                let found = try await call.store.pollDays(
                    of: maildrop.id, in: subject, offset: offset, from: today - days + 1)
                for day in found { day.write(of: maildrop, &call.writer) }
            }
            call.writer.endArray()
            call.writer.key("notFound")
            let ids = Set(maildrops.map(\.id.description))
            call.writer.value(strings: (wanted ?? []).filter { !ids.contains($0) })
            call.writer.endObject()
            try call.checkSize()
        })
}

extension MethodCall {
    /// Whose polls: `userId`, or one's own.
    fileprivate mutating func takePollSubject() async throws -> Account {
        guard let text = try arguments.takeOptionalString("userId") else {
            return try await store.account(principal.account, for: principal)
        }
        guard let id = UserID(text) else { throw Self.noUser }
        do {
            return try await store.account(of: id, for: principal)
        } catch {
            throw error.code == .notFound ? Self.noUser : MethodError(error)
        }
    }

    private static let noUser = MethodError.invalidArguments("There is no such user.")
}

extension PollRecord {
    /// `{beganAt, endedAt, listed, fetched, octets}` and what `more` adds.
    func write(_ writer: inout JSONWriter, _ more: (inout JSONWriter) -> Void = { _ in }) {
        writer.beginObject()
        writer.key("beganAt")
        writer.value(beganAt.description)
        writer.key("endedAt")
        writer.value(endedAt.description)
        writer.key("listed")
        writer.value(optional: listed)
        writer.key("fetched")
        writer.value(fetched)
        writer.key("octets")
        writer.value(octets)
        more(&writer)
        writer.endObject()
    }

    fileprivate func writeWhole(_ writer: inout JSONWriter) {
        write(&writer) { writer in
            writer.key("polls")
            writer.value(max(idlePolls, 1))
            writer.key("cause")
            writer.value(optional: cause?.rawValue)
            writer.key("error")
            writer.value(optional: error) { $1.value(type: $0.type, description: $0.description) }
        }
    }
}

extension PollDay {
    fileprivate func write(of maildrop: Maildrop, _ writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("maildropId")
        writer.value(maildrop.id)
        writer.key("day")
        writer.value(CalendarDay.text(day))
        writer.key("polls")
        writer.value(polls)
        writer.key("failures")
        writer.value(failures)
        writer.key("fetched")
        writer.value(fetched)
        writer.key("octets")
        writer.value(octets)
        writer.key("lastError")
        writer.value(optional: lastError) { $1.value(type: $0.type, description: $0.description) }
        writer.endObject()
    }
}

extension PollPlace {
    /// A text that means nothing to a client.
    fileprivate var cursor: String { "\(endedAt.milliseconds).\(number)" }

    fileprivate init?(cursor: String) {
        let fields = cursor.split(separator: ".", omittingEmptySubsequences: false)
        guard fields.count == 2, let time = Int64(fields[0]), let number = Int64(fields[1]) else { return nil }
        self.init(endedAt: Timestamp(milliseconds: time), number: number)
    }
}
