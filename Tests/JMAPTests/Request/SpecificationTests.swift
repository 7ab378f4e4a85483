import Foundation
import TestSupport
import Testing

@testable import JMAP

/// The pages that specify our own capabilities say what the server does, and the table of methods names each.
@Suite struct SpecificationTests {
    private static func page(_ name: String) throws -> String {
        try String(contentsOfFile: Repository.root + "/docs/" + name, encoding: .utf8)
    }

    private static let pages: [(capability: Capability, page: String)] = [
        (.maildrop, "jmap-maildrop.md"), (.admin, "jmap-admin.md"), (.view, "jmap-view.md"),
    ]

    /// Types with their properties, and what may be given or is told once beside them.
    private static let types: [(page: String, type: String, properties: [String], besides: Set<String>)] = [
        ("jmap-maildrop.md", "Maildrop", MaildropProperty.allCases.map(\.rawValue), ["password"]),
        ("jmap-maildrop.md", "MaildropStatus", MaildropStatusProperty.allCases.map(\.rawValue), []),
        ("jmap-maildrop.md", "MaildropJob", MaildropJobProperty.allCases.map(\.rawValue), ["settings", "address"]),
        ("jmap-admin.md", "User", UserProperty.allCases.map(\.rawValue), ["password"]),
        ("jmap-admin.md", "Device", DeviceProperty.allCases.map(\.rawValue), ["secret"]),
        ("jmap-admin.md", "Session", SessionProperty.allCases.map(\.rawValue), []),
        ("jmap-admin.md", "Storage", StorageProperty.allCases.map(\.rawValue), []),
        ("jmap-view.md", "EmailView", EmailViewProperty.allCases.map(\.rawValue), []),
    ]

    @Test func everyMethodIsSpecified() throws {
        for (capability, name) in Self.pages {
            let page = try Self.page(name)
            for method in Method.all where method.capability == capability {
                #expect(page.contains("`\(method.name)`"), "\(name) lacks \(method.name)")
            }
        }
    }

    @Test func theTablesOfPropertiesAreTheServers() throws {
        for (name, type, properties, besides) in Self.types {
            let page = try Self.page(name)
            let section = try #require(
                page.components(separatedBy: "\n## ").first { $0.hasPrefix(type + "\n") }, "\(name) lacks \(type)")
            let rows = section.split(separator: "\n").filter { $0.hasPrefix("| `") }
            let named = rows.flatMap { row in
                row.split(separator: "|").first?.matches(of: /`(\w+)`/).map { String($0.1) } ?? []
            }
            #expect(Set(named) == Set(properties).union(besides), "\(type)")
            #expect(named.count == Set(named).count, "\(type)")
        }
    }

    @Test func theTableOfMethodsNamesEach() throws {
        var named: Set<String> = []
        for row in try Self.page("protocols.md").split(separator: "\n") {
            guard let match = row.prefixMatch(of: /\| ([A-Za-z]+)\/([A-Za-z, ]+?) (?:under[^|]*)?\|/) else { continue }
            for verb in match.2.split(separator: ",") {
                named.insert("\(match.1)/\(verb.trimmingCharacters(in: .whitespaces))")
            }
        }
        #expect(Set(Method.byName.keys).subtracting(named).isEmpty)
        for capability in [Capability.maildrop, .admin, .view] {
            let prefixes = Set(
                Method.all.filter { $0.capability == capability }.map { $0.name.prefix { $0 != "/" } })
            let ours = named.filter { prefixes.contains($0.prefix { $0 != "/" }) }
            #expect(ours.subtracting(Method.byName.keys).isEmpty)
        }
    }
}
