import Foundation

extension SettingsReader {
    /// Names that are no settings: where the configuration is, and what this project's tests and scripts go by.
    private static let otherNames: Set<String> = [
        "RESTANTE_CONFIG", "RESTANTE_BIN", "RESTANTE_FAULTS", "RESTANTE_ROUNDS", "RESTANTE_SEED", "RESTANTE_STRICT",
        "RESTANTE_WRITE_SAMPLE",
    ]
    /// Kubernetes puts these into every container beside a service that is called restante.
    private static let othersPrefixes = ["RESTANTE_PORT", "RESTANTE_SERVICE_"]

    /// What the environment says, each name of ours known, or refused with the nearest one.
    func readEnvironment(into settings: inout Settings) throws(SettingsError) {
        try refuseUnknownNames()
        for setting in Setting.all {
            if let text = environment[setting.environmentName] {
                try assign(setting.key, [text], from: setting.environmentName, to: &settings)
            }
            guard let name = setting.environmentFileName, let path = environment[name] else { continue }
            guard environment[setting.environmentName] == nil else {
                throw SettingsError("\(setting.environmentName) and \(name) are both set: which one is meant?")
            }
            try assign(setting.key, [try secret(at: path, from: name)], from: name, to: &settings)
        }
    }

    private func refuseUnknownNames() throws(SettingsError) {
        let known = Setting.all.map(\.environmentName) + Setting.all.compactMap(\.environmentFileName)
        let allowed = Self.otherNames.union(known)
        for name in environment.keys.sorted() where name.hasPrefix("RESTANTE_") && !allowed.contains(name) {
            guard !Self.othersPrefixes.contains(where: { name.hasPrefix($0) }) else { continue }
            throw SettingsError(
                "The environment has \(name), and there is no such setting. " + Self.hint(for: name, among: known))
        }
    }

    /// The file's text without the line end that editors add.
    private func secret(at path: String, from name: String) throws(SettingsError) -> String {
        guard let data = FileManager.default.contents(atPath: path), let text = String(data: data, encoding: .utf8)
        else {
            throw SettingsError("\(name): the file \(path) can't be read as text: check the path and its permissions.")
        }
        return String(text.reversed().drop { $0.isNewline }.reversed())
    }
}
