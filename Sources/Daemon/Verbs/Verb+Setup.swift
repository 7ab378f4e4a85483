import JSON
import MailModel
import MailStore

extension Verb {
    static let setup: [Verb] = [
        Verb(name: "setup.link") { context, _ in
            guard context.isServing else {
                throw CommandError(
                    .unavailable,
                    """
                    No daemon is running: restante serve says where to set up. Without a browser: restante user add \
                    NAME.
                    """)
            }
            guard let token = try await context.store.makeSetupToken() else {
                throw CommandError(
                    .data, "There are users already: sign in, or add another one with restante user add NAME.")
            }
            guard let link = context.page.link(token) else {
                throw CommandError(.unavailable, "Nothing listens for browsers: set http.listen or https.listen.")
            }
            return .object([
                "url": .string(link), "expiresAt": .text(context.clock().adding(MailStore.setupTokenLife)),
            ])
        }
    ]
}

extension CommandRequest {
    public static var setupLink: Self {
        Self("setup.link") { "Set up at \($0["url"]?.string ?? "") (valid for an hour)." }
    }
}
