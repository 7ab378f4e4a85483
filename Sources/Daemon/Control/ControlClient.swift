import Dispatch
import Foundation
import JSON

/// A command's side of the control socket.
struct ControlClient: Sendable {
    let socket: ControlSocket

    /// Lets the daemon carry out a verb; nil when no daemon listens.
    func request(
        _ verb: String, _ arguments: JSONObject, progress: @escaping @Sendable (JSONValue) -> Void
    ) async throws(CommandError) -> JSONValue? {
        guard let descriptor = try socket.connect() else { return nil }
        let request = JSONValue.object(["verb": .string(verb), "arguments": .object(arguments)]).line
        let answer: Result<JSONValue, CommandError> = await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                defer { close(descriptor) }
                continuation.resume(returning: Self.converse(descriptor, request, progress))
            }
        }
        return try answer.get()
    }

    private static func converse(
        _ descriptor: Int32, _ request: [UInt8], _ progress: (JSONValue) -> Void
    ) -> Result<JSONValue, CommandError> {
        let channel = LineChannel(descriptor)
        // A daemon that is busy says so and hangs up before it has read anything.
        channel.write(line: request)
        while let line = channel.readLine() {
            guard let answer = try? JSONParser.parse(line, limits: .ours(line)) else { break }
            if let value = answer["progress"] {
                progress(value)
            } else if let result = answer["result"] {
                return .success(result)
            } else if let error = answer["error"] {
                let status = error["status"]?.string.flatMap(CommandError.Status.init(word:)) ?? .software
                return .failure(CommandError(status, error["message"]?.string ?? "The daemon refused."))
            }
        }
        return .failure(gone)
    }

    private static let gone = CommandError(
        .temporary, "The daemon ended before it answered: try again, it may have been stopped.")
}
