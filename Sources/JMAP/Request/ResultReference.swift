import JSON
import MailModel

/// Arguments that are taken from the answers of earlier calls (RFC 8620 §3.7).
enum ResultReference {
    /// Nesting that an answer may have: a request's own, and what it quotes of earlier answers.
    private static let depth = 256
    /// References that one call may have: no method has as many arguments that are worth one.
    static let mostInACall = 16

    /// Octets of earlier answers that the references of one request may be looked for in, all together.
    static func walk(_ limits: Limits.JMAP) -> Int { limits.responseOctets.multipliedReportingOverflow(by: 2).0 }

    /// `arguments` with each `#name` replaced by what it refers to under `name`. What one call takes from earlier answers
    /// is bounded like a request; `walk` is what of earlier answers may still be looked at.
    static func resolve(
        _ arguments: JSONObject, in answers: [Exchange.Answer], limits: Limits.JMAP, walk: inout Int
    ) throws -> JSONObject {
        let count = arguments.members.count { isReference($0.key) }
        guard count > 0 else { return arguments }
        guard count <= mostInACall else {
            throw MethodError(
                .invalidResultReference, "A call takes at most \(mostInACall) arguments from earlier answers.")
        }
        var budget = JSONLimits(octets: limits.requestOctets, depth: depth)
        var resolved = JSONObject()
        for member in arguments.members {
            guard isReference(member.key) else {
                resolved[member.key] = member.value
                continue
            }
            let name = String(member.key.dropFirst())
            guard arguments[name] == nil else {
                throw MethodError.invalidArguments("Both \(name.quoted) and its reference are given.")
            }
            resolved[name] = try value(of: member.value, name: name, in: answers, budget: &budget, walk: &walk)
        }
        return resolved
    }

    static func isReference(_ name: String) -> Bool { name.utf8.first == UInt8(ascii: "#") }

    private static func value(
        of reference: JSONValue, name: String, in answers: [Exchange.Answer], budget: inout JSONLimits,
        walk: inout Int
    ) throws -> JSONValue {
        guard let reference = reference.object, let callID = reference["resultOf"]?.string,
            let answerName = reference["name"]?.string, let path = reference["path"]?.string
        else { throw failure(name, "it is no ResultReference") }
        guard let pointer = JSONPointer(path) else { throw failure(name, "its path is no JSON Pointer") }
        guard let answer = answers.first(where: { $0.callID == callID }) else {
            throw failure(name, "no earlier call is called \(callID.quoted)")
        }
        guard answer.name == answerName else {
            throw failure(name, "\(callID.quoted) was answered by \(answer.name.quoted)")
        }
        guard let value = pointer.evaluate(inText: answer.arguments, budget: &budget, walk: &walk) else {
            throw failure(name, "there is nothing at \(path.quoted), or more than a request may take")
        }
        return value
    }

    private static func failure(_ name: String, _ why: String) -> MethodError {
        MethodError(.invalidResultReference, "The reference #\(name.prefix(60)) leads nowhere: \(why).")
    }
}
