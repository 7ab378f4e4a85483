import JSON

extension Method {
    /// RFC 8620 §4: answers with the arguments it was given.
    static let coreEcho = Method(
        "Core/echo", .core, .pure { call in call.writer.value(.object(call.arguments.all)) })
}
