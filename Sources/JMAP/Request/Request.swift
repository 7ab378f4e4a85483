import JSON
import MailModel

/// A Request object (RFC 8620 §3.3).
struct Request: Sendable {
    /// One element of `methodCalls` (RFC 8620 §3.2).
    struct Invocation: Sendable {
        let name: String
        let arguments: JSONObject
        let callID: String

        /// Whether it takes arguments from earlier answers (RFC 8620 §3.7).
        var hasReferences: Bool { arguments.members.contains { ResultReference.isReference($0.key) } }
    }

    let using: Set<Capability>
    let calls: [Invocation]
    /// Nil when the request has none: then the response has none either.
    let createdIDs: CreatedIDs?

    /// Reads `body`; members that are not known are ignored, as RFC 8620 §3.3 demands.
    init(_ body: [UInt8], limits: Limits.JMAP) throws(RequestError) {
        let value = try Self.parse(body, limits: limits)
        guard let object = value.object else { throw Self.notRequest("A request is an object.") }
        using = try Self.capabilities(object["using"])
        guard let calls = object["methodCalls"]?.array else { throw Self.notRequest("methodCalls is an array.") }
        guard calls.count <= limits.callsInRequest else {
            throw RequestError(
                .limit, "\(calls.count) method calls are more than \(limits.callsInRequest).",
                limit: "maxCallsInRequest")
        }
        self.calls = try calls.map { (call) throws(RequestError) in try Self.invocation(call) }
        createdIDs = try object["createdIds"].map { (ids) throws(RequestError) in try Self.createdIDs(ids) }
    }

    private static func parse(_ body: [UInt8], limits: Limits.JMAP) throws(RequestError) -> JSONValue {
        do {
            return try JSONParser.parse(
                body, limits: JSONLimits(octets: limits.requestOctets, depth: limits.requestDepth))
        } catch {
            switch error.code {
            case .tooLarge: throw RequestError.tooLarge
            case .tooManyValues:
                throw RequestError(.limit, "The request holds too many JSON values.", limit: "maxSizeRequest")
            case .tooDeep:
                throw RequestError(.notJSON, "The request is nested more than \(limits.requestDepth) levels deep.")
            case .syntax, .notUnicode, .duplicateKey, .numberOutOfRange:
                throw RequestError(.notJSON, "The request is not I-JSON: \(error).")
            }
        }
    }

    private static func capabilities(_ value: JSONValue?) throws(RequestError) -> Set<Capability> {
        guard let names = value?.array else { throw notRequest("using is an array of strings.") }
        var using: Set<Capability> = []
        for name in names {
            guard let name = name.string else { throw notRequest("using is an array of strings.") }
            guard let capability = Capability(rawValue: name) else {
                throw RequestError(.unknownCapability, "The server does not know the capability \(name.quoted).")
            }
            using.insert(capability)
        }
        return using
    }

    private static func invocation(_ value: JSONValue) throws(RequestError) -> Invocation {
        guard let fields = value.array, fields.count == 3, let name = fields[0].string,
            let arguments = fields[1].object, let callID = fields[2].string
        else { throw notRequest("A method call is an array of a name, an object of arguments and a call id.") }
        return Invocation(name: name, arguments: arguments, callID: callID)
    }

    private static func createdIDs(_ value: JSONValue) throws(RequestError) -> CreatedIDs {
        guard let object = value.object else { throw notRequest("createdIds is an object.") }
        var ids = CreatedIDs()
        for member in object.members {
            guard let id = member.value.string, id.isJMAPID, member.key.isJMAPID else {
                throw notRequest("createdIds is a map of ids to ids.")
            }
            ids[member.key] = id
        }
        return ids
    }

    private static func notRequest(_ detail: String) -> RequestError { RequestError(.notRequest, detail) }
}

extension String {
    /// RFC 8620 §1.2: 1 to 255 of A-Z, a-z, 0-9, hyphen and low line.
    var isJMAPID: Bool {
        (1...255).contains(utf8.count)
            && utf8.allSatisfy {
                (0x61...0x7A).contains($0) || (0x41...0x5A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D
                    || $0 == 0x5F
            }
    }

    /// For sentences about what a client sent: in quotation marks, control characters escaped, cut at 60 characters.
    var quoted: String {
        let head = prefix(60)
        return String(head).debugDescription + (head.endIndex == endIndex ? "" : "…")
    }
}
