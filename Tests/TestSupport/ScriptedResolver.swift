public import MailModel
import Synchronization
public import Transport

/// Names and their addresses, as a test wants them; every question is counted.
public final class ScriptedResolver: HostResolver {
    private let answers: Mutex<[String: [[IPAddress]]]>
    private let asked = Mutex<[String]>([])

    /// Each name with its addresses; a name with several lists has them one after the other, the last for ever.
    public init(_ answers: [String: [[String]]]) {
        self.answers = Mutex(answers.mapValues { $0.map { $0.compactMap { IPAddress($0) } } })
    }

    /// The names that were asked for, in order.
    public var questions: [String] { asked.withLock { $0 } }

    public func addresses(of host: String) async throws(TransportError) -> [IPAddress] {
        asked.withLock { $0.append(host) }
        let answer = answers.withLock { answers -> [IPAddress]? in
            guard let lists = answers[host], let first = lists.first else { return nil }
            if lists.count > 1 { answers[host] = Array(lists.dropFirst()) }
            return first
        }
        guard let answer else { throw TransportError(.unknownHost, "No such name in this test: \(host).") }
        return answer
    }
}
