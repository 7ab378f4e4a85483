import Foundation

/// A long run of random inputs: each is on disk while it is tried, so that one that ends the process can be found; those
/// that did something new are kept to go on from.
public struct FuzzRun {
    /// How long to run: `RESTANTE_FUZZ_SECONDS`. Nil: not at all.
    public static let seconds = ProcessInfo.processInfo.environment["RESTANTE_FUZZ_SECONDS"].flatMap { Int($0) }

    /// Processor time that one input may take.
    public static let longest: Duration = .seconds(1)
    /// Octets that the process may ever have had in memory.
    public static let mostMemory = 500_000_000
    /// Inputs that are kept to go on from.
    private static let mostKept = 4_000

    /// What is wrong with one input.
    public struct Finding: Error, CustomStringConvertible {
        public let description: String
    }

    private let folder: String
    private let end: ContinuousClock.Instant
    private var known: Set<String> = []
    public private(set) var rounds = 0
    /// Inputs that did something which none before had done.
    public private(set) var kept: [[UInt8]] = []

    /// Inputs are written into `.build/fuzz/NAME` of the checkout: `now` is the one that is tried, `new-N` those that are
    /// kept, `slow-N` those that took too long.
    public init(_ name: String, seconds: Int) throws {
        folder = Repository.root + "/.build/fuzz/" + name
        end = .now.advanced(by: .seconds(seconds))
        try? FileManager.default.removeItem(atPath: folder)
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    public var isOver: Bool { .now >= end }

    /// Tries one input; `body` says by words what it did.
    /// - Throws: `Finding` when it took too long.
    public mutating func `try`(_ input: [UInt8], _ body: () async throws -> Set<String>) async throws {
        rounds += 1
        try save(input, as: "now")
        let before = Self.processorTime
        let words = try await body()
        let spent = Self.processorTime - before
        guard spent <= Self.longest else {
            try save(input, as: "slow-\(rounds)")
            throw Finding(description: "\(folder)/slow-\(rounds) took \(spent)")
        }
        guard !words.isSubset(of: known), kept.count < Self.mostKept else { return }
        known.formUnion(words)
        try save(input, as: "new-\(kept.count)")
        kept.append(input)
    }

    private func save(_ input: [UInt8], as name: String) throws {
        try Data(input).write(to: URL(fileURLWithPath: folder + "/" + name))
    }

    /// Processor time of the whole process: a starved machine slows no input down.
    private static var processorTime: Duration {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }

    /// The most memory that the process ever had, in octets.
    public static var peakMemory: Int {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        return (line?.split(separator: " ").compactMap { Int($0) }.first ?? 0) * 1024
    }
}
