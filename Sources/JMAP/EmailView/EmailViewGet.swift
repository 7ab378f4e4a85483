import HTML
import JSON
import MIME
import MailModel
import MailStore

/// docs/jmap-view.md.
enum EmailViewProperty: String, RecordProperty {
    case id, html, remoteImages, trackers, remoteHosts, isTruncated, oneClickHost

    /// Whether the message's HTML has to be read for it.
    var isOfBody: Bool { self != .id && self != .oneClickHost }
}

extension Method {
    /// The HTML of emails, safe to show (docs/jmap-view.md).
    static let emailViewGet = Method(
        "EmailView/get", .view,
        .read { call, reader in
            try call.takeAccountID()
            let most = EmailView.mostInGet(call.limits)
            let requested = try RequestedIDs<EmailID>(&call, most: most)
            let properties = try call.arguments.takeProperties(EmailViewProperty.self)
            let showsRemoteImages = try call.arguments.takeBool("remoteImages", default: false)
            try call.arguments.end()
            let ids = try requested.ids ?? reader.query(EmailQuery(limit: most + 1)).ids
            try RequestedIDs<EmailID>.check(ids.count, most: most)
            let (addresses, account, unsubscriber) = (call.remoteImages, call.principal.account, call.unsubscriber)
            let makesBody = properties.contains(where: \.isOfBody)
            var room = EmailView.maximumOctets
            try call.writeGet(try reader.emails(ids), requested: requested, state: reader.state(of: .email), id: \.id) {
                email, writer in
                var view = EmailView.empty(email.id)
                if makesBody {
                    view = try reader.view(of: email, account, addresses.prefix, room: &room) { url in
                        showsRemoteImages ? addresses.address(for: url, account: account) : nil
                    }
                }
                if properties.contains(.oneClickHost) {
                    view.oneClickHost = try reader.oneClick(of: email).flatMap { unsubscriber.host(of: $0.address) }
                }
                view.write(properties, &writer)
            }
        })
}

extension EmailView {
    fileprivate func write(_ properties: [EmailViewProperty], _ writer: inout JSONWriter) {
        writer.beginObject()
        for property in properties {
            writer.key(text: property.rawValue)
            switch property {
            case .id: writer.value(id)
            case .html: writer.value(optional: content?.html)
            case .remoteImages: writer.value(content?.remoteImages ?? 0)
            case .trackers: writer.value(content?.trackers ?? 0)
            case .remoteHosts: writer.value(optional: content?.remoteHosts ?? [])
            case .isTruncated: writer.value(isTruncated)
            case .oneClickHost: writer.value(optional: oneClickHost)
            }
        }
        writer.endObject()
    }
}

extension AccountReader {
    /// The view of an email. `room` is how much of bodies the call may still read.
    fileprivate func view(
        of email: Email, _ account: AccountID, _ prefix: String, room: inout Int,
        remoteImage: @escaping (String) -> String?
    ) throws -> EmailView {
        guard let structure = try structure(of: email.id) else { return .empty(email.id) }
        let parts = EmailViewParts(structure, blobID: email.blobID, account: account, prefix: prefix)
        guard parts.hasHTML else { return .empty(email.id) }
        room -= parts.readOctets
        guard room >= 0 else {
            throw MethodError(
                .requestTooLarge, "The bodies are longer than \(EmailView.maximumOctets) octets; ask for fewer.")
        }
        let view = try withBlob(email.blobID) { octets in
            parts.view(of: email.id, octets, remoteImage: remoteImage)
        }
        guard let view else { throw MethodError(.serverFail, "The octets of \(email.id) are missing.") }
        return view
    }
}
