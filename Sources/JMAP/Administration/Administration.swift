import JSON
import MailModel
import MailStore

// What the methods of the administration have in common.

extension MethodCall {
    var isAdministrator: Bool { principal.role == .administrator }

    /// Takes the argument `currentPassword` and, when what is asked for outlives the sign-in with which it is asked for,
    /// makes sure that the person is there: somebody who found a phone has its secret, and not the password.
    ///
    /// - Parameter isNeeded: whether this call asks for something that wants it.
    mutating func confirm(_ isNeeded: Bool) async throws {
        let given = try arguments.takeOptionalString("currentPassword")
        guard isNeeded, principal.credential != .commandLine else { return }
        guard let given else {
            throw MethodError(.forbidden, "This wants the password of who asks, as the argument currentPassword.")
        }
        guard given.utf8.count <= 1024, try await store.confirms(Secret(given), principal) else {
            throw MethodError(.forbidden, "The currentPassword is wrong.")
        }
    }

    /// Whether the credential is one that a person may have lost without its password.
    var isDevices: Bool {
        switch principal.credential {
        case .device: true
        case .session, .commandLine: false
        }
    }
}

extension SetError {
    /// What only an administrator may.
    static func notAdministrator(_ what: String) -> SetError {
        SetError(.forbidden, "Only administrators may \(what).")
    }

    /// - Parameter known: all properties of the type.
    static func notSettable(_ property: String, known: [String], of what: String) -> SetError {
        .invalid(
            property,
            known.contains(property)
                ? "Only the server sets \(property)." : "A \(what) has no property \(property.quoted).")
    }
}

extension JSONObject {
    /// Refuses members that nobody may set.
    ///
    /// - Parameter known: all properties of the type.
    func refuse(besides settable: Set<String>, known: [String], of what: String) throws {
        for member in members where !settable.contains(member.key) {
            throw SetError.notSettable(member.key, known: known, of: what)
        }
    }
}
