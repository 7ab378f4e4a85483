import Foundation
import HTML
import Testing

/// The message as it is shown: remote images left out, or behind an address of ours.
func safe(_ html: [UInt8], showsImages: Bool = false, limits: HTMLSanitizer.Limits = .init()) -> SafeHTML {
    html.withUnsafeBytes { bytes in
        HTMLSanitizer.sanitize(bytes, limits: limits) { source in
            switch source {
            case .remote(let address): showsImages ? "/proxy/signed/" + String(address.utf8.count) : nil
            case .part(let contentID): "/jmap/download/A/B/" + String(contentID.utf8.count)
            }
        }
    }
}

@Suite struct AttackTests {
    @Test func theCorpusHasEveryClass() {
        let classes = Dictionary(grouping: Attack.all, by: \.class).mapValues(\.count)
        #expect(
            Set(classes.keys) == [
                "script", "address", "nesting", "svg", "mutation", "parser", "style", "shadow", "clobbering", "load",
                "leak",
                "navigation", "overlay",
            ])
        #expect(Attack.all.count >= 180)
        #expect(Set(Attack.all.map(\.id)).count == Attack.all.count)
    }

    @Test(arguments: Attack.all)
    func nothingIsLeftOfAnAttack(_ attack: Attack) {
        let result = safe(attack.octets)
        let reader = StrictReader(result.html)
        #expect(reader.faults.isEmpty, "\(reader.faults) \(result.html.prefix(600))")
        for word in attack.never {
            let word = word.replacingOccurrences(of: "beacon", with: "beacon.example")
            #expect(!reader.markup.contains(word), "\(word): \(result.html.prefix(600))")
        }
    }

    @Test(arguments: Attack.all)
    func norWhenRemoteImagesAreShown(_ attack: Attack) {
        let result = safe(attack.octets, showsImages: true)
        let reader = StrictReader(result.html)
        #expect(reader.faults.isEmpty, "\(reader.faults) \(result.html.prefix(600))")
        // What can load of itself loads from us.
        for piece in reader.markup.split(separator: "<img src=\"").dropFirst() {
            #expect(piece.hasPrefix("/") || piece.hasPrefix("data:image/"), "\(result.html.prefix(600))")
        }
    }

    @Test(arguments: Attack.all)
    func whatIsWrittenIsReadAsItWasMeant(_ attack: Attack) {
        let trees = ParsedAgain.trees(attack.octets)
        #expect(trees.read == trees.again)
    }

    /// What was made safe once is safe still.
    @Test(arguments: Attack.all)
    func andIsSafeWhenItIsMadeSafeAgain(_ attack: Attack) {
        let again = safe(Array(safe(attack.octets, showsImages: true).html.utf8), showsImages: true)
        #expect(StrictReader(again.html).faults.isEmpty, "\(again.html.prefix(600))")
    }
}
