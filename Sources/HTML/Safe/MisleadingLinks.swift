/// Links whose text is an address at another host than the one they lead to.
enum MisleadingLinks {
    /// Octets of a link's text that are looked at, and elements in it.
    private static let maximumText = 300
    private static let maximumNodes = 50

    /// Gives each of them a title with the host they lead to, and counts them.
    static func mark(_ tree: inout HTMLTree) -> Int {
        var count = 0
        for node in tree.nodes.indices where tree.tag(node) == .a {
            var attributes = tree.attributes(node)
            guard let link = attributes.first(where: { $0.name == "href" }),
                case .address(_, let host?)? = SafeAddress.link(link.value),
                let named = namedHost(text(of: node, tree)), !isOneSite(named, host)
            else { continue }
            count += 1
            attributes.removeAll { $0.name == "title" }
            attributes.append(HTMLAttribute(name: "title", value: host))
            tree.set(attributes, of: node)
        }
        return count
    }

    private static func text(of link: Int, _ tree: HTMLTree) -> String {
        var text: [UInt8] = []
        var steps = 0
        var pending = [link]
        while let node = pending.popLast(), steps < maximumNodes, text.count < maximumText {
            steps += 1
            if case .text(let range) = tree.nodes[node].content {
                text += tree.text[range].prefix(maximumText)
            } else {
                var child = tree.nodes[node].last
                while child >= 0, pending.count < maximumNodes {
                    pending.append(child)
                    child = tree.nodes[child].previous
                }
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static let commonEnds: Set<String> = [
        "com", "net", "org", "info", "biz", "bank", "shop", "gov", "edu", "online",
    ]

    /// The host that a link's text names; nil when the text is no address.
    static func namedHost(_ text: String) -> String? {
        var words = text.utf8.split(whereSeparator: HTMLTreeBuilder.isSpace)
        guard words.count == 1, let word = words.popLast() else { return nil }
        var address = String(decoding: word, as: UTF8.self).lowercased()
        var isPlain = !address.hasPrefix("www.")
        for scheme in ["https://", "http://"] where address.hasPrefix(scheme) {
            address.removeFirst(scheme.count)
            isPlain = false
        }
        let host = String(address.prefix { !"/?#:".contains($0) })
        let labels = host.split(separator: ".", omittingEmptySubsequences: false)
        guard labels.count >= 2, !host.contains("@"), labels.allSatisfy({ !$0.isEmpty }), let end = labels.last,
            end.utf8.allSatisfy({ $0 &- 0x61 < 26 || $0 >= 0x80 })
        else { return nil }
        return isPlain && end.utf8.count != 2 && !commonEnds.contains(String(end)) ? nil : host
    }

    /// Whether one is the other, or stands below it.
    private static func isOneSite(_ first: String, _ second: String) -> Bool {
        let (first, second) = (bare(first), bare(second))
        return first == second || first.hasSuffix("." + second) || second.hasSuffix("." + first)
    }

    private static func bare(_ host: String) -> String { host.hasPrefix("www.") ? String(host.dropFirst(4)) : host }
}
