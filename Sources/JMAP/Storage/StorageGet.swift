import JSON
import MailModel
import MailStore

/// What may be read of what an account takes on disk; the ids are the accounts'.
enum StorageProperty: String, RecordProperty {
    case id, userId, measuredAt, octets, databaseOctets, bodyOctets, bodyFiles, intakeOctets, searchOctets, otherOctets
    case emails, messageOctets, days
}

extension Method {
    /// RFC 8620 §5.1, with `server` beside it for administrators. There is no /changes: what a disk holds always moves.
    static let storageGet = Method(
        "Storage/get", .admin,
        .waiting { call, _ in
            try call.takeAccountID()
            let requested = try RequestedIDs<AccountID>(&call)
            let properties = try call.arguments.takeProperties(StorageProperty.self)
            try call.arguments.end()
            let uses = requested.select(try await call.store.storage(visibleTo: call.principal), id: \.account)
            try RequestedIDs<AccountID>.check(uses.count, call.limits)
            var days: [AccountID: [StorageDay]] = [:]
            if properties.contains(.days) {
                for use in uses { days[use.account] = try await call.store.storageDays(of: use.account) }
            }
            let server = call.isAdministrator ? try await call.store.serverStorage() : nil
            call.writer.beginObject()
            call.writeAccountID()
            call.writer.key("state")
            // The objects are what they were when they were measured.
            call.writer.value("t\(uses.map(\.measuredAt.milliseconds).max() ?? 0)")
            call.writer.key("list")
            call.writer.beginArray()
            for use in uses { use.write(properties, days[use.account] ?? [], &call.writer) }
            call.writer.endArray()
            requested.writeNotFound(Set(uses.map(\.account)), &call.writer)
            call.writer.key("server")
            if let server { server.write(&call.writer) } else { call.writer.null() }
            call.writer.endObject()
            try call.checkSize()
        })
}

extension StorageUse {
    fileprivate func write(_ properties: [StorageProperty], _ days: [StorageDay], _ writer: inout JSONWriter) {
        writer.beginObject()
        for property in properties {
            writer.key(text: property.rawValue)
            switch property {
            case .id: writer.value(account)
            case .userId: writer.value(user)
            case .measuredAt: writer.value(measuredAt.description)
            case .octets: writer.value(octets)
            case .databaseOctets: writer.value(database)
            case .bodyOctets: writer.value(bodies)
            case .bodyFiles: writer.value(bodyFiles)
            case .intakeOctets: writer.value(intake)
            case .searchOctets: writer.value(search)
            case .otherOctets: writer.value(other)
            case .emails: writer.value(emails)
            case .messageOctets: writer.value(messageOctets)
            case .days:
                writer.beginArray()
                for day in days { day.write(&writer) }
                writer.endArray()
            }
        }
        writer.endObject()
    }
}

extension StorageDay {
    fileprivate func write(_ writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("day")
        writer.value(CalendarDay.text(day))
        writer.key("octets")
        writer.value(octets)
        writer.key("emails")
        writer.value(emails)
        writer.endObject()
    }
}

extension ServerStorage {
    fileprivate func write(_ writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("directoryOctets")
        writer.value(directory)
        writer.key("freeOctets")
        writer.value(optional: free)
        writer.key("capacityOctets")
        writer.value(optional: capacity)
        writer.key("lastBackup")
        writer.value(optional: lastBackup) { $0.write(&$1) }
        writer.key("lastFailedBackup")
        writer.value(optional: lastFailedBackup) { $0.write(&$1) }
        writer.endObject()
    }
}

extension BackupRecord {
    fileprivate func write(_ writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("beganAt")
        writer.value(beganAt.description)
        writer.key("endedAt")
        writer.value(endedAt.description)
        writer.key("folder")
        writer.value(folder)
        writer.key("octets")
        writer.value(octets)
        writer.key("emails")
        writer.value(emails)
        writer.key("findings")
        writer.value(findings)
        writer.key("error")
        writer.value(optional: error)
        writer.endObject()
    }
}

/// Days as clients read them.
enum CalendarDay {
    /// `2026-03-01`, of a day counted from 1970.
    static func text(_ day: Int) -> String {
        String(Timestamp(milliseconds: Int64(clamping: day) &* 86_400_000).description.prefix(10))
    }
}
