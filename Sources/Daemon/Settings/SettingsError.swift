/// A configuration that can't be used: what is wrong, where, and what to do, in one sentence.
public struct SettingsError: Error, Sendable, Equatable, CustomStringConvertible {
    public let message: String
    public var description: String { message }

    init(_ message: String) { self.message = message }
}
