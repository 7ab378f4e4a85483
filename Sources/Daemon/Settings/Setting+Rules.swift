import MailModel

extension Setting {
    /// What is done with mail as it comes.
    static let rules: [Setting] = [
        Setting("limits.rules.perAccount", \.limits.rules.perAccount, "Rules for new mail of one account."),
        Setting(
            "limits.rules.valueOctets", \.limits.rules.valueOctets,
            "Octets of one text in a rule: its name, or what a condition looks for."),
    ]
}
