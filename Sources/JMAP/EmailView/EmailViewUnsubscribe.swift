import JSON
import MIME
import MailModel
import MailStore

extension Method {
    /// One-click unsubscribing (docs/jmap-view.md). That a person wants it is the client's to know (RFC 8058 §3.2).
    static let emailViewUnsubscribe = Method(
        "EmailView/unsubscribe", .view,
        .waiting { call, account in
            try call.takeAccountID()
            let texts = try call.arguments.takeStrings("ids")
            try call.arguments.end()
            let ids = call.createdIDs.resolveAll(texts)
            try RequestedIDs<EmailID>.check(ids.count, most: Unsubscribing.mostEmails)
            var unsubscribing = Unsubscribing(account: account, unsubscriber: call.unsubscriber)
            try await unsubscribing.run(ids)
            unsubscribing.write(&call)
            try call.checkSize()
        })
}

/// The emails of one call, each with what came of it.
struct Unsubscribing {
    /// Emails that one call may name.
    static let mostEmails = 10

    /// IANA's registry of keywords has it for mail of lists that its reader left.
    private static let keyword = Keyword("$unsubscribed")

    private let account: Account
    private let unsubscriber: any OneClickUnsubscriber
    private var outcomes: [(id: String, outcome: Result<String, SetError>)] = []

    init(account: Account, unsubscriber: any OneClickUnsubscriber) {
        self.account = account
        self.unsubscriber = unsubscriber
    }

    /// A message that offers it.
    private struct Offer: Sendable {
        let email: EmailID
        let address: String
        let host: String
    }

    mutating func run(_ ids: [String]) async throws {
        let unsubscriber = unsubscriber
        let offers = try await account.read { reader in
            try ids.map { id in (id, try Self.offer(of: id, reader, unsubscriber)) }
        }
        let addresses = Set(offers.compactMap { try? $0.1.get().address })
        let results = await send(addresses)
        var left: [EmailID] = []
        for (id, offer) in offers {
            let outcome = offer.flatMap { offer -> Result<String, SetError> in
                guard let error = Self.error(results[offer.address], offer.host) else {
                    left.append(offer.email)
                    return .success(offer.host)
                }
                return .failure(error)
            }
            outcomes.append((id, outcome))
        }
        await note(left)
    }

    private static func offer(
        of id: String, _ reader: AccountReader, _ unsubscriber: any OneClickUnsubscriber
    ) throws -> Result<Offer, SetError> {
        guard let email = try EmailID(id).flatMap({ try reader.emails([$0]).first }) else {
            return .failure(.notFound("email"))
        }
        guard let address = try reader.oneClick(of: email)?.address, let host = unsubscriber.host(of: address) else {
            return .failure(SetError(.oneClickNotOffered, "The message offers no way to unsubscribe by one request."))
        }
        return .success(Offer(email: email.id, address: address, host: host))
    }

    /// All at once: a call takes as long as the slowest. Messages of one list may have the same address.
    private func send(_ addresses: Set<String>) async -> [String: OneClickOutcome] {
        let (unsubscriber, owner) = (unsubscriber, account.id)
        return await withTaskGroup(of: (String, OneClickOutcome).self) { group in
            for address in addresses {
                group.addTask { (address, await unsubscriber.unsubscribe(at: address, for: owner)) }
            }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
    }

    private static func error(_ outcome: OneClickOutcome?, _ host: String) -> SetError? {
        switch outcome {
        case .unsubscribed: return nil
        case .addressNotAllowed:
            return SetError(.addressNotAllowed, "\(host) is not on the public web: nothing is sent there.")
        case .tooMany: return SetError(.rateLimit, "Too many lists were left in a short time: try again in an hour.")
        case .failed(let sentence, let status):
            var error = SetError(.unsubscribeFailed, sentence)
            error.status = status
            return error
        case nil: return SetError(.unsubscribeFailed, "\(host) was not asked.")
        }
    }

    /// Marks the emails. The lists have been told whether or not the mark can be set: an email may be gone, or full of
    /// keywords.
    private func note(_ emails: [EmailID]) async {
        guard let keyword = Self.keyword, !emails.isEmpty else { return }
        try? await account.write { writer in
            for email in try writer.reader.emails(emails) where !email.keywords.contains(keyword) {
                try? writer.setKeywords(email.keywords.union([keyword]), on: email.id)
            }
        }
    }

    func write(_ call: inout MethodCall) {
        call.writer.beginObject()
        call.writeAccountID()
        call.writer.key("unsubscribed")
        Self.write(outcomes.compactMap { id, outcome in (try? outcome.get()).map { (id, $0) } }, &call.writer) {
            host, writer in
            writer.beginObject()
            writer.key("host")
            writer.value(host)
            writer.endObject()
        }
        call.writer.key("notUnsubscribed")
        let errors = outcomes.compactMap { id, outcome -> (String, SetError)? in
            guard case .failure(let error) = outcome else { return nil }
            return (id, error)
        }
        Self.write(errors, &call.writer) { $0.write(&$1) }
        call.writer.endObject()
    }

    /// A map, or null when it is empty.
    private static func write<Value>(
        _ entries: [(String, Value)], _ writer: inout JSONWriter, _ write: (Value, inout JSONWriter) -> Void
    ) {
        guard !entries.isEmpty else { return writer.null() }
        writer.beginObject()
        for (id, value) in entries {
            writer.key(text: id)
            write(value, &writer)
        }
        writer.endObject()
    }
}

extension AccountReader {
    /// What an email offers to whoever wants no more of its list.
    func oneClick(of email: Email) throws -> OneClickUnsubscription? {
        guard let structure = try structure(of: email.id) else { return nil }
        let offer = try withBlob(email.blobID) { octets in
            OneClickUnsubscription(structure.root.headerFields(in: octets), in: octets)
        }
        return offer ?? nil
    }
}
