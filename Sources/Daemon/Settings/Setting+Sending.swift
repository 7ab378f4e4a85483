import MailModel

extension Setting {
    /// How mail is handed to submission servers.
    static let sending: [Setting] = [
        Setting(
            "sending.concurrency", \.sending.concurrency,
            "How many messages are handed to submission servers at the same time."),
        Setting(
            "sending.name", \.sending.name,
            """
            The domain name that submission servers are told this machine has (EHLO). Empty: the address literal \
            [127.0.0.1], which says nothing of it.
            """),
        Setting(
            "sending.giveUpAfter", \.sending.giveUpAfter,
            """
            How long a message that can't be handed over for now is tried again before its recipients are given up.
            """),
    ]

    static let smtpClient: [Setting] = [
        Setting(
            "limits.smtpClient.replyLine", \.limits.smtpClient.replyLine,
            "Octets of one line of a submission server's reply."),
        Setting("limits.smtpClient.replyLines", \.limits.smtpClient.replyLines, "Lines of one reply."),
        Setting("limits.smtpClient.connect", \.limits.smtpClient.connect, "How long connecting may take."),
        Setting(
            "limits.smtpClient.tlsHandshake", \.limits.smtpClient.tlsHandshake, "How long a TLS handshake may take."),
        Setting(
            "limits.smtpClient.answer", \.limits.smtpClient.answer,
            "How long the greeting and the answers up to the last recipient may take."),
        Setting(
            "limits.smtpClient.data", \.limits.smtpClient.data,
            "How long the answer to DATA may take, and the server none of a message's octets."),
        Setting(
            "limits.smtpClient.verdict", \.limits.smtpClient.verdict,
            "How long the answer to a whole message may take; after that nobody knows whether it was taken."),
        Setting(
            "limits.smtpClient.windowCommands", \.limits.smtpClient.windowCommands,
            "Commands that may be under way at once to a server with PIPELINING."),
    ]
}
