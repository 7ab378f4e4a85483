import MailModel
import TestSupport
import Testing

@testable import MailStore

struct SecretsTests {
    private let key = SealingKey(bytes: Array(repeating: 7, count: 32))

    @Test func aSealedPasswordOpensOnlyWhereItWasSealed() throws {
        let sealed = try key.seal(
            Secret("pässword"), account: AccountID(rawValue: 1), maildrop: MaildropID(rawValue: 2))
        let opened = try key.open(sealed, account: AccountID(rawValue: 1), maildrop: MaildropID(rawValue: 2))
        #expect(opened.isEqualInConstantTime(to: Secret("pässword")))
        #expect(throws: MailStoreError.self) {
            try key.open(sealed, account: AccountID(rawValue: 1), maildrop: MaildropID(rawValue: 3))
        }
        #expect(throws: MailStoreError.self) {
            try key.open(sealed, account: AccountID(rawValue: 2), maildrop: MaildropID(rawValue: 2))
        }
    }

    @Test func sealingTwiceGivesDifferentOctets() throws {
        let place = (AccountID(rawValue: 1), MaildropID(rawValue: 2))
        let one = try key.seal(Secret("x"), account: place.0, maildrop: place.1)
        let two = try key.seal(Secret("x"), account: place.0, maildrop: place.1)
        #expect(one != two)
    }

    @Test func anotherKeyOpensNothingAndSaysWhatToDo() throws {
        let sealed = try key.seal(Secret("x"), account: AccountID(rawValue: 1), maildrop: MaildropID(rawValue: 2))
        let other = SealingKey(bytes: Array(repeating: 8, count: 32))
        let error = #expect(throws: MailStoreError.self) {
            try other.open(sealed, account: AccountID(rawValue: 1), maildrop: MaildropID(rawValue: 2))
        }
        #expect(error?.code == .badKey)
        #expect(error?.message.contains("set the password again") == true)
    }

    @Test func aKeyFileIsMadeOnceForItsOwnerAlone() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("restante.key")
        let made = try SealingKey.load(.file(path), isNewDirectory: true)
        let sealed = try made.seal(Secret("x"), account: AccountID(rawValue: 1), maildrop: MaildropID(rawValue: 1))
        #expect(try Files.entry(path)?.permissions == 0o600)
        let read = try SealingKey.load(.file(path), isNewDirectory: false)
        _ = try read.open(sealed, account: AccountID(rawValue: 1), maildrop: MaildropID(rawValue: 1))
    }

    @Test func aMissingKeyFileOfAnOldDirectoryIsAnErrorAndNotANewKey() throws {
        let folder = try TemporaryFolder()
        let error = #expect(throws: MailStoreError.self) {
            try SealingKey.load(.file(folder.path("restante.key")), isNewDirectory: false)
        }
        #expect(error?.code == .badKey)
        #expect(try Files.entry(folder.path("restante.key")) == nil)
    }

    @Test func aKeyFileThatOthersMayReadIsRefused() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(String(repeating: "ab", count: 32), to: "restante.key")
        try Files.setPermissions(path, 0o644)
        let error = #expect(throws: MailStoreError.self) {
            try SealingKey.load(.file(path), isNewDirectory: false)
        }
        #expect(error?.message.contains("chmod 600") == true)
    }

    @Test func aHandedInKeyMustBe64Digits() throws {
        _ = try SealingKey.load(.given(Secret(String(repeating: "0A", count: 32) + "\n")), isNewDirectory: false)
        #expect(throws: MailStoreError.self) {
            try SealingKey.load(.given(Secret("short")), isNewDirectory: false)
        }
    }

    @Test func deviceSecretsAreEightGroupsAndReadAsPeopleTypeThem() {
        let bytes = (0..<20).map { UInt8(truncatingIfNeeded: $0 * 37 + 11) }
        let text = DeviceSecret.text(bytes).withBytes { String(decoding: $0, as: UTF8.self) }
        let groups = text.split(separator: "-")
        #expect(groups.count == 8 && groups.allSatisfy { $0.count == 4 })
        let typed = text.uppercased().replacing("-", with: " ").replacing("0", with: "O")
        #expect(DeviceSecret.hash(Secret(typed)) == DeviceSecret.hash(Secret(text)))
        #expect(DeviceSecret.hash(Secret(text.dropLast())) != DeviceSecret.hash(Secret(text)))
    }

    @Test func differentBitsGiveDifferentSecrets() {
        var bytes = [UInt8](repeating: 0, count: 20)
        var seen: Set<[UInt8]> = [DeviceSecret.hash(DeviceSecret.text(bytes))]
        for bit in 0..<160 {
            bytes = [UInt8](repeating: 0, count: 20)
            bytes[bit / 8] = 1 << (bit % 8)
            seen.insert(DeviceSecret.hash(DeviceSecret.text(bytes)))
        }
        #expect(seen.count == 161)
    }

    @Test func aPasswordMatchesItselfAlone() throws {
        let cost = ScryptCost(logRounds: 4)
        let hash = try PasswordHash(of: Secret("correct horse"), cost: cost)
        #expect(try hash.matches(Secret("correct horse")))
        #expect(try !hash.matches(Secret("correct horsf")))
        #expect(try PasswordHash(of: Secret("correct horse"), cost: cost).salt != hash.salt)
    }
}
