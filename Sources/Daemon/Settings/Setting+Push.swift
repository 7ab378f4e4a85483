import MailModel

extension Setting {
    /// Who we are to push services.
    static let pushing: [Setting] = [
        Setting(
            "push.contact", \.push.contact,
            """
            Where whoever runs a push service finds you if pushes from here trouble them: mailto:you@example.org, or an \
            https address. Empty: publicURL, if that is https. Some push services take nothing without one.
            """)
    ]

    /// How clients are told of changes over push services.
    static let push: [Setting] = [
        Setting("limits.push.perDevice", \.limits.push.perDevice, "Push subscriptions of one device or browser."),
        Setting("limits.push.perUser", \.limits.push.perUser, "Push subscriptions of one user."),
        Setting(
            "limits.push.creationsPerHour", \.limits.push.creationsPerHour,
            "Push subscriptions that a user may create in an hour."),
        Setting(
            "limits.push.life", \.limits.push.life,
            """
            How far in the future a device's push subscription may expire; its client extends it (RFC 8620 wants \
            7 days at least).
            """),
    ]
}
