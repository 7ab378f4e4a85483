/// What `Tests/Peers/pop3_listener.py` runs; the names are its own.
struct ServerDescription: Encodable {
    /// Who owns a file, or runs a program.
    struct Owner: Encodable {
        var user: Int
        var group: Int

        static let root = Owner(user: 0, group: 0)
        /// The person whose mail it is.
        static let alice = Owner(user: 1000, group: 1000)

        func encode(to encoder: any Encoder) throws { try [user, group].encode(to: encoder) }
    }

    struct Folder: Encodable {
        var owner: Owner
        var mode: Int = 0o755

        func encode(to encoder: any Encoder) throws { try [owner.user, owner.group, mode].encode(to: encoder) }
    }

    struct File: Encodable {
        var text: String
        var owner = Owner.root
        var mode: Int = 0o644

        func encode(to encoder: any Encoder) throws {
            var list = encoder.unkeyedContainer()
            try list.encode(owner.user)
            try list.encode(owner.group)
            try list.encode(mode)
            try list.encode(text)
        }
    }

    struct Program: Encodable {
        enum Shape: String, Encodable {
            case inetd, cyrus
        }

        var words: [String]
        var environment: [String: String] = [:]
        var user = Owner.root
        var shape = Shape.inetd
    }

    struct Beside: Encodable {
        var words: [String]
        var environment: [String: String]
        var until: String
    }

    /// Something that is done in the server's root folder.
    struct Order: Encodable {
        enum Deed: String, Encodable {
            case write, run, idle, kill
        }

        var `do`: Deed
        var path: String?
        /// In base64.
        var octets: String?
        var owner: Owner?
        var append: Bool?
        var words: [String]?
        var user: Owner?
        var input: String?

        static func run(_ words: [String], as user: Owner, input: String = "") -> Order {
            Order(do: .run, words: words, user: user, input: input)
        }
    }

    var notify = ""
    var root = ""
    var copy = ""
    var folders: [String: Folder] = [:]
    var files: [String: File] = [:]
    var before: [Order] = []
    var beside: Beside?
    var server: Program

    init(_ server: Program) { self.server = server }
}
