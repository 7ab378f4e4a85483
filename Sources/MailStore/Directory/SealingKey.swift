import Crypto
import Foundation
public import MailModel

/// Where the key comes from that seals the maildrops' passwords.
public enum KeySource: Sendable {
    /// A file of 64 hexadecimal digits, readable by its owner alone; it is created together with a new data directory.
    case file(String)
    /// The content of such a file, handed in (by systemd's credentials, for one).
    case given(Secret)
}

/// Seals maildrop passwords with AES-256-GCM under a random nonce, bound to the account and maildrop they belong to: a
/// sealed password that is moved to another row does not open.
struct SealingKey: Sendable {
    let key: SymmetricKey

    init(bytes: [UInt8]) { key = SymmetricKey(data: bytes) }

    /// Reads the key; a missing file is created only beside a data directory that is new itself: elsewhere it would lose
    /// every password without a word.
    static func load(_ source: KeySource, isNewDirectory: Bool) throws(MailStoreError) -> SealingKey {
        switch source {
        case .given(let secret):
            return try SealingKey(text: secret.withBytes { $0 }, from: "that was handed in")
        case .file(let path):
            if let text = try Files.read(path, atMost: 4096) {
                try requirePrivate(path)
                return try SealingKey(text: text, from: path)
            }
            guard isNewDirectory else {
                throw MailStoreError(
                    .badKey,
                    """
                    The key file \(path) is missing: put it back. If it is lost, write 64 random hexadecimal digits \
                    there (openssl rand -hex 32), give it the mode 0600 and set every maildrop's password again.
                    """)
            }
            let bytes = SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) }
            try Files.create(path, Hex.encode(bytes) + [0x0A])
            return SealingKey(bytes: bytes)
        }
    }

    private init(text: [UInt8], from place: String) throws(MailStoreError) {
        let digits = text.filter { $0 != 0x0A && $0 != 0x0D && $0 != 0x20 && $0 != 0x09 }
        guard digits.count == 64, let bytes = Hex.decode(digits) else {
            throw MailStoreError(.badKey, "The key \(place) is not 64 hexadecimal digits.")
        }
        self.init(bytes: bytes)
    }

    private static func requirePrivate(_ path: String) throws(MailStoreError) {
        var status = stat()
        guard stat(path, &status) == 0 else { throw Files.failure("look at", path) }
        // A group may read it: that is how systemd hands credentials over.
        guard status.st_mode & 0o037 == 0 else {
            throw MailStoreError(.badKey, "Others may read the key file \(path): run chmod 600 \(path).")
        }
    }

    /// What a sealed secret is: one that is moved to another column does not open.
    enum Purpose: String {
        case password
        case refreshToken = "refresh token"
        case clientSecret = "client secret"
        case submissionPassword = "submission password"

        fileprivate var remedy: String {
            switch self {
            case .password: "set the password again."
            case .submissionPassword: "set the password for sending again."
            case .refreshToken, .clientSecret: "sign in again (maildrop set --oauth)."
            }
        }
    }

    func seal(
        _ secret: Secret, account: AccountID, maildrop: MaildropID, as purpose: Purpose = .password
    ) throws(MailStoreError) -> [UInt8] {
        do {
            let box = try secret.withBytes {
                try AES.GCM.seal($0, using: key, authenticating: Self.context(account, maildrop, purpose))
            }
            guard let combined = box.combined else {
                throw MailStoreError(.badKey, "The \(purpose.rawValue) could not be sealed.")
            }
            return Array(combined)
        } catch {
            throw MailStoreError(.badKey, "The \(purpose.rawValue) could not be sealed.", cause: error)
        }
    }

    func open(
        _ sealed: [UInt8], account: AccountID, maildrop: MaildropID, as purpose: Purpose = .password
    ) throws(MailStoreError) -> Secret {
        do {
            let box = try AES.GCM.SealedBox(combined: sealed)
            let context = Self.context(account, maildrop, purpose)
            return Secret(bytes: try AES.GCM.open(box, using: key, authenticating: context))
        } catch {
            throw MailStoreError(
                .badKey,
                "The maildrop's \(purpose.rawValue) was sealed with another key: put that key file back or "
                    + purpose.remedy,
                cause: error)
        }
    }

    private static func context(_ account: AccountID, _ maildrop: MaildropID, _ purpose: Purpose) -> [UInt8] {
        Array("restante maildrop \(purpose.rawValue) \(account) \(maildrop)".utf8)
    }
}

/// Octets as lower-case hexadecimal digits.
enum Hex {
    static func encode(_ bytes: some Sequence<UInt8>) -> [UInt8] {
        bytes.flatMap { [digit($0 >> 4), digit($0 & 15)] }
    }

    /// Nil unless `digits` is an even number of hexadecimal digits of either case.
    static func decode(_ digits: [UInt8]) -> [UInt8]? {
        guard digits.count.isMultiple(of: 2) else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(digits.count / 2)
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let high = value(digits[index]), let low = value(digits[index + 1]) else { return nil }
            bytes.append(high << 4 | low)
        }
        return bytes
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }

    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case 0x30...0x39: digit - 0x30
        case 0x41...0x46: digit - 0x41 + 10
        case 0x61...0x66: digit - 0x61 + 10
        default: nil
        }
    }
}
