import NIOCore

/// What the words of a -ERR without a response code mean.
///
/// QUIRK: servers that know no codes say in many ways, and in the charset they grew up with, why they refuse (Q13, Q21,
/// Q31, Q33); Tests/Corpus/pop3/client/words-*.transcript
extension POP3Error.Code {
    /// Nil when the words tell nothing. Octets are compared, ASCII letters without their case: the charset is not known.
    init?(words: some Collection<UInt8>) {
        let text = words.prefix(512).map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
        for (code, phrases) in Self.phrases where phrases.contains(where: { text.contains($0) }) {
            self = code
            return
        }
        return nil
    }

    /// In the order in which they are looked for: the first that fits counts. All in lower case.
    private static let phrases: [(POP3Error.Code, [[UInt8]])] = [
        (
            .inUse,
            octets([
                "already locked", "maildrop locked", "mailbox locked", "mail drop locked", "maildrop is locked",
                "mailbox is locked", "maildrop lock", "mailbox lock", "unable to lock", "can't lock", "cannot lock",
                "could not lock", "lock busy", "locked by", "in use by", "is in use", "already in use",
                "another session", "another pop", "other session", "duplicate login", "already logged in",
                "wird bereits benutzt", "wird bereits verwendet", "déjà utilis", "en uso", "in uso",
            ])
        ),
        (
            .loginDelay,
            octets([
                "login delay", "login-delay", "minimum time between", "too soon", "too short a time",
                "wait before logging in", "check mail too often", "checking mail too often", "logins too frequent",
            ])
        ),
        (
            .throttled,
            octets([
                "too many", "login limit", "limit exceeded", "exceeded the", "exceeds the limit", "download exceed",
                "rate limit", "rate-limit", "throttl", "too frequent", "too often", "frequency", "blocked",
                "zu viele", "zu häufig", "zu oft", "gesperrt", "trop de ", "trop souvent", "demasiad", "bloquead",
                "troppi", "troppe", "bloccat", "za dużo", "слишком", "频繁", "次数过多", "频率",
            ])
                // GB18030 for the words of frequency among those above.
                + [[0xC6, 0xB5, 0xB7, 0xB1], [0xC6, 0xB5, 0xC2, 0xCA]]
        ),
        (
            .temporaryFailure,
            octets([
                "try again later", "try later", "retry later", "temporar", "service unavailable",
                "currently unavailable", "not available at the moment", "maintenance", "server busy", "server is busy",
                "system busy", "system is busy", "internal server error", "später erneut", "später noch einmal",
                "vorübergehend", "plus tard", "temporairement", "más tarde", "più tardi", "系统繁忙", "稍后",
            ])
                + [[0xCF, 0xB5, 0xCD, 0xB3, 0xB7, 0xB1, 0xC3, 0xA6], [0xC9, 0xD4, 0xBA, 0xF3]]
        ),
        (
            .permanentFailure,
            octets([
                "not enabled for pop", "pop access is disabled", "pop3 access is disabled", "pop is disabled",
                "pop3 is disabled", "pop3 disabled", "pop disabled", "enable pop", "account is disabled",
                "account disabled", "account has been disabled", "account suspended", "account is suspended",
                "account has been suspended", "mailbox is disabled",
            ])
        ),
    ]

    private static func octets(_ phrases: [String]) -> [[UInt8]] { phrases.map { Array($0.utf8) } }
}

extension [UInt8] {
    func contains(_ phrase: [UInt8]) -> Bool {
        guard let first = phrase.first, count >= phrase.count else { return false }
        return (0...count - phrase.count).contains { start in
            self[start] == first && self[start..<start + phrase.count].elementsEqual(phrase)
        }
    }
}
