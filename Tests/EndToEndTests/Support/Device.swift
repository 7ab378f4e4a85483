import Foundation
import JSON
import TestSupport

/// A device that is curl.
struct Device: Sendable {
    let name: String
    let user: String
    let secret: String
    let base: String

    struct Answer: Sendable, Equatable {
        let status: Int
        let body: String
        var json: JSONValue? { try? JSONParser.parse(Array(body.utf8)) }
    }

    /// One request; `arguments` are curl's, `path` begins with a slash.
    func request(_ path: String, _ arguments: [String] = []) async throws -> Answer {
        let output = try await ExternalTool.curl().runAside(
            ["--silent", "--user", "\(user):\(secret)", "--write-out", "\n%{http_code}", "--max-time", "60"]
                + arguments + [base + path])
        let end = output.lastIndex(of: "\n") ?? output.startIndex
        return Answer(status: Int(output[end...].dropFirst()) ?? 0, body: String(output[..<end]))
    }

    /// One method call; `arguments` is a JSON object. The whole method response: name and arguments.
    func call(_ method: String, _ arguments: String) async throws -> (name: String, result: JSONObject) {
        let answer = try await call(answering: method, arguments)
        let response = answer.json?.object?["methodResponses"]?.array?.first?.array
        guard let name = response?.first?.string, let result = response?.dropFirst().first?.object else {
            throw Failure("\(method) \(arguments) was answered with \(answer)")
        }
        return (name, result)
    }

    func call(answering method: String, _ arguments: String) async throws -> Answer {
        let body = """
            {"using":["urn:ietf:params:jmap:core","urn:ietf:params:jmap:mail","urn:ietf:params:jmap:blob",\
            "urn:ietf:params:jmap:submission","urn:ietf:params:jmap:quota",\
            "https://restante.example/ns/jmap/maildrop","https://restante.example/ns/jmap/admin",\
            "https://restante.example/ns/jmap/rules"],"methodCalls":[["\(method)",\(arguments),"c"]]}
            """
        return try await request("/jmap/api", ["-H", "Content-Type: application/json", "--data-binary", body])
    }

    /// Uploads octets that are in a file; the blob's id.
    func upload(_ file: String, to account: String) async throws -> String {
        let answer = try await request(
            "/jmap/upload/\(account)", ["-H", "Content-Type: message/rfc822", "--data-binary", "@\(file)"])
        return answer.json?.object?["blobId"]?.string ?? ""
    }
}

extension JSONObject {
    /// The value at a path of member names and array indexes, such as `list/0/id`.
    func at(_ path: String) -> JSONValue? {
        path.split(separator: "/").reduce(JSONValue.object(self) as JSONValue?) { value, step in
            if let index = Int(step), let array = value?.array { return index < array.count ? array[index] : nil }
            return value?.object?[String(step)]
        }
    }
}
