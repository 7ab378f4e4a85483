extension Setting {
    /// The commented sample: every setting with what it does and its default, commented out.
    public static func sample(defaults: Settings) -> String {
        var text = """
            # Restante's configuration, with every setting at its default.
            # Read from --config, else $RESTANTE_CONFIG, else /etc/restante/restante.yaml.
            # Each key can be given in the environment too (the name beside it), and a flag goes before both.
            # Users, maildrops and devices are not here: they live in the data directory (restante user --help).


            """
        var section: [Substring] = []
        for setting in all {
            let path = setting.key.split(separator: ".")
            let parents = Array(path.dropLast())
            if section.first != parents.first { text += "\n" }
            for depth in parents.indices where depth >= section.count || section[...depth] != parents[...depth] {
                text += indent(depth) + "\(parents[depth]):\n"
                section = Array(parents[...depth])
            }
            section = parents
            for line in wrapped(setting.summary, width: 110 - parents.count * 2) {
                text += indent(parents.count) + "# \(line)\n"
            }
            text += indent(parents.count) + "# \(setting.environmentName)\n"
            text += indent(parents.count) + "#\(path[path.count - 1]): \(setting.text(defaults))\n"
        }
        return text
    }

    private static func indent(_ depth: Int) -> String { String(repeating: "  ", count: depth) }

    private static func wrapped(_ text: String, width: Int) -> [String] {
        var lines = [""]
        for word in text.split(separator: " ") {
            if lines[lines.count - 1].count + word.count + 1 > width { lines.append("") }
            lines[lines.count - 1] += (lines[lines.count - 1].isEmpty ? "" : " ") + word
        }
        return lines
    }
}
