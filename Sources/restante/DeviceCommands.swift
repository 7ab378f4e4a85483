import ArgumentParser
import Daemon

struct DeviceCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "device", abstract: "One credential for each device, shown once.",
        subcommands: [Add.self, List.self, Revoke.self])

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Add a device and show its secret.")
        @OptionGroup var common: CommonOptions
        @OptionGroup var whose: UserOption
        @Argument(help: "What to call the device: phone, laptop…") var name: String

        func run() async throws { try await common.perform(.addDevice(name, user: whose.user)) }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the devices.")
        @OptionGroup var common: CommonOptions
        @OptionGroup var whose: UserOption

        func run() async throws { try await common.perform(.listDevices(user: whose.user)) }
    }

    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "End a device's credential and its open connections, now.")
        @OptionGroup var common: CommonOptions
        @OptionGroup var whose: UserOption
        @Argument(help: "The device's name or id.") var name: String

        func run() async throws { try await common.perform(.revokeDevice(name, user: whose.user)) }
    }
}
