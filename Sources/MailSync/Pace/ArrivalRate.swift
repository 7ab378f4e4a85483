import Foundation
import MailModel
import MailStore

/// How much mail a maildrop may be expected to get from now on.
struct ArrivalRate: Sendable {
    /// What is believed of a maildrop of which nothing is known: a message an hour, as if that had been seen for a day.
    static let presumed = 1.0 / 3600
    static let presumedWeeks = 1.0 / 7
    /// How much the same hour of the week with its neighbours, the same hour of any day, and any hour tell.
    static let shares = (near: 0.5, sameHour: 0.3, any: 0.2)
    /// Mail is answered: each message makes half a one more likely, fading with this half-life.
    static let echo = 0.5
    static let echoHalfLife = 900.0
    static let mostEchoes = 8

    private let rhythm: Rhythm
    private let lastNews: (at: Timestamp, messages: Int)?
    private let now: Timestamp

    init(_ rhythm: Rhythm, lastNews: (at: Timestamp, messages: Int)?, now: Timestamp) {
        self.rhythm = rhythm
        self.lastNews = lastNews
        self.now = now
    }

    /// Messages a second at `time`.
    func rate(at time: Timestamp) -> Double {
        let seen = rhythm.messages(at: time, now: now)
        let shares = Self.shares
        let hourly = shares.near * seen.near + shares.sameHour * seen.sameHour + shares.any * seen.any
        let weeks = rhythm.weeks(at: now)
        // An hour of the week comes once a week.
        let learned = (hourly / 3600 + Self.presumed * Self.presumedWeeks) / (weeks + Self.presumedWeeks)
        return learned + echo(at: time)
    }

    private func echo(at time: Timestamp) -> Double {
        guard let lastNews else { return 0 }
        let age = max(0, time.since(lastNews.at) / .seconds(1))
        return Self.echo * Double(min(lastNews.messages, Self.mostEchoes)) * log(2) / Self.echoHalfLife
            * exp2(-age / Self.echoHalfLife)
    }

    /// How long until the mail that is expected to come from now on has waited `worth` message-seconds altogether.
    func pause(worth: Double, atMost longest: Duration) -> Duration {
        let end = longest / .seconds(1)
        var (elapsed, waiting, waited) = (0.0, 0.0, 0.0)
        while elapsed < end {
            let time = now.adding(.seconds(elapsed))
            let rate = rate(at: time)
            let step = min(end - elapsed, Self.step(elapsed))
            let after = waited + waiting * step + rate * step * step / 2
            guard after < worth else {
                // waited + waiting·t + rate·t²/2 = worth
                let rest = worth - waited
                let t = rate > 0 ? (sqrt(waiting * waiting + 2 * rate * rest) - waiting) / rate : rest / waiting
                return .seconds(elapsed + min(max(t, 0), step))
            }
            (elapsed, waited, waiting) = (elapsed + step, after, waiting + rate * step)
        }
        return longest
    }

    /// Small steps first: the rate changes within minutes after news, later with the hours.
    private static func step(_ elapsed: Double) -> Double { min(max(60, elapsed / 8), 1800) }
}
