import JSON
import MailModel
import MailStore
import TestSupport
import Testing

@testable import Daemon

struct CommandTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func text(_ source: PasswordSource) throws -> String {
        try source.read().withBytes { String(decoding: $0, as: UTF8.self) }
    }

    @Test func aPasswordIsTheFirstLineOfAFileOrOfACommandsOutput() throws {
        let path = try folder.write("swordfish\r\nsecond\n", to: "password")
        #expect(try text(.file(path)) == "swordfish")
        #expect(try text(.command("printf 'sword fish'; echo; echo x")) == "sword fish")
    }

    @Test func aPasswordThatIsNotThereSaysWhere() throws {
        let empty = try folder.write("\n", to: "empty")
        for (source, status) in [
            (PasswordSource.file(folder.path("nowhere")), CommandError.Status.noInput), (.file(empty), .data),
            (.command("exit 3"), .unavailable), (.command("true"), .data),
        ] {
            let error = #expect(throws: CommandError.self) { try source.read() }
            #expect(error?.status == status)
        }
    }

    @Test(arguments: [
        (MailStoreError.Code.notFound, CommandError.Status.noInput), (.alreadyExists, .data),
        (.invalidProperty("x"), .data), (.locked, .temporary), (.notOwner, .noPermission),
        (.noPermission, .noPermission), (.badKey, .configuration), (.diskFull, .inputOutput), (.corrupt, .data),
        (.tooNew, .unavailable),
    ])
    func theStoresErrorsHaveTheirExitCodes(code: MailStoreError.Code, status: CommandError.Status) {
        let error = CommandError(MailStoreError(code, "A sentence."))
        #expect(error == CommandError(status, "A sentence."))
    }

    @Test func statusesCrossTheSocketByName() {
        for status in CommandError.Status.allCases {
            #expect(CommandError.Status(word: status.word) == status)
        }
        #expect(CommandError.Status(word: "nonsense") == nil)
    }

    @Test func aDurationIsANumberOfSecondsOrHasAUnit() throws {
        func interval(_ text: String) throws -> Int64? {
            var options = MaildropOptions()
            options.interval = text
            return try CommandRequest.setMaildrop("w", options, user: nil, password: nil)
                .arguments["pollInterval"]?.integer
        }
        #expect(try interval("90") == 90)
        #expect(try interval("5m") == 300)
        #expect(try interval("1h") == 3600)
        #expect(throws: CommandError.self) { try interval("soon") }
    }

    @Test func columnsLineUp() {
        let rows = JSONValue.array([
            .object(["name": .string("ada"), "isOn": .bool(true)]), .object(["name": .string("benjamin")]),
        ])
        #expect(
            Present.table(rows, ["name", "isOn"], empty: "nobody") == """
                NAME      IS ON
                ada       yes
                benjamin  -
                """)
        #expect(Present.table(.array([]), ["name"], empty: "nobody") == "nobody")
    }

    @Test func jsonIsIndentedForPeople() {
        let value = JSONValue.object(["a": .array([.integer(1), .object([:])]), "b": .array([])])
        #expect(
            Present.json(value) == """
                {
                  "a": [
                    1,
                    {}
                  ],
                  "b": []
                }
                """)
    }

    @Test func aCommandOnNothingDoesNotMakeADirectory() async throws {
        let data = folder.path("data")
        let console = Console(configuration: nil, overrides: ["dataDirectory": data], isJSON: true)
        #expect(await console.perform(.listUsers) == CommandError.Status.noInput.rawValue)
        #expect(await console.check([.store]) == CommandError.Status.noInput.rawValue)
        #expect(
            await console.perform(.addUser("ada", password: .command("echo correct horse"), isAdministrator: false))
                == 0)
        #expect(await console.perform(.listUsers) == 0)
        #expect(await console.check([.config, .store, .maildrops]) == 0)
        #expect(await console.perform(try .call("Core/echo", "{", user: nil)) == CommandError.Status.usage.rawValue)
        #expect(await console.perform(try .call("No/thing", "{}", user: nil)) == CommandError.Status.data.rawValue)
    }

    @Test func aBadConfigurationEndsWith78() async throws {
        let path = try folder.write("http:\n  listne: x\n", to: "bad.yaml")
        let console = Console(configuration: path, isJSON: false)
        #expect(await console.perform(.listUsers) == CommandError.Status.configuration.rawValue)
        #expect(await console.serve() == CommandError.Status.configuration.rawValue)
    }

    @Test func aCertificateThatIsNotThereIsFoundByCheck() async throws {
        let path = try folder.write("tls:\n  certificate: /nowhere.pem\n  privateKey: /nowhere.key\n", to: "tls.yaml")
        let console = Console(configuration: path, isJSON: false)
        #expect(await console.check([.config]) == CommandError.Status.configuration.rawValue)
    }
}
