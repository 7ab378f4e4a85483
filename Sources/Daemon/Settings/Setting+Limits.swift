import MailModel

extension Setting {
    /// The upper bounds of `MailModel.Limits`; a test sees to it that none is missing here.
    static let limits: [Setting] = pop3Client + smtpClient + mime + account + rules + jmap + sessions + push

    private static let pop3Client: [Setting] = [
        Setting(
            "limits.pop3Client.replyLine", \.limits.pop3Client.replyLine,
            """
            Octets of one reply line of a polled server. Bodies may have any line length.
            """),
        Setting(
            "limits.pop3Client.firstAnswer", \.limits.pop3Client.firstAnswer,
            """
            How long a server may take for its first answer after sign-in: some size every message then.
            """),
        Setting(
            "limits.pop3Client.answer", \.limits.pop3Client.answer,
            """
            How long any other answer may take, and the longest silence within one.
            """),
        Setting(
            "limits.pop3Client.messageSilence", \.limits.pop3Client.messageSilence,
            """
            How long a server may be silent within a message until it is asked whether that was all.
            """),
        Setting("limits.pop3Client.connect", \.limits.pop3Client.connect, "How long connecting may take."),
        Setting(
            "limits.pop3Client.tlsHandshake", \.limits.pop3Client.tlsHandshake, "How long a TLS handshake may take."),
        Setting(
            "limits.pop3Client.bodyRate", \.limits.pop3Client.bodyRate,
            """
            Octets a second that a message must reach over a minute.
            """),
        Setting(
            "limits.pop3Client.answerRate", \.limits.pop3Client.answerRate,
            """
            Octets a second that a listing, or any other answer, must reach over a minute once it has begun.
            """),
        Setting(
            "limits.pop3Client.listingMessages", \.limits.pop3Client.listingMessages,
            """
            Messages that a maildrop may hold.
            """),
        Setting("limits.pop3Client.listingOctets", \.limits.pop3Client.listingOctets, "Octets of one listing."),
        Setting(
            "limits.pop3Client.message", \.limits.pop3Client.message,
            """
            Octets of one message; a larger one is held back and shown, not fetched.
            """),
        Setting(
            "limits.pop3Client.windowMessages", \.limits.pop3Client.windowMessages,
            """
            Messages asked for and not yet received, where the server takes several commands at once.
            """),
        Setting(
            "limits.pop3Client.windowOctets", \.limits.pop3Client.windowOctets,
            """
            Octets asked for and not yet received.
            """),
    ]

    private static let mime: [Setting] = [
        Setting(
            "limits.mime.depth", \.limits.mime.depth,
            """
            How deep parts may be nested; past it a message is marked, not refused.
            """),
        Setting("limits.mime.parts", \.limits.mime.parts, "Parts of one message."),
        Setting("limits.mime.headerBlock", \.limits.mime.headerBlock, "Octets of one header."),
        Setting("limits.mime.headerFields", \.limits.mime.headerFields, "Fields of one header."),
        Setting("limits.mime.parameters", \.limits.mime.parameters, "Parameters of one field."),
        Setting("limits.mime.addresses", \.limits.mime.addresses, "Addresses of one field."),
    ]

    private static let account: [Setting] = [
        Setting(
            "limits.account.octets", \.limits.account.octets,
            """
            Octets of messages that each account may hold, or none: as many as the disk takes. Past it devices can't store \
            more, and new mail stays at its provider until there is room.
            """)
    ]

    private static let jmap: [Setting] = [
        Setting("limits.jmap.requestOctets", \.limits.jmap.requestOctets, "Octets of one request."),
        Setting("limits.jmap.requestDepth", \.limits.jmap.requestDepth, "How deep a request's JSON may be nested."),
        Setting("limits.jmap.callsInRequest", \.limits.jmap.callsInRequest, "Method calls of one request."),
        Setting("limits.jmap.objectsInGet", \.limits.jmap.objectsInGet, "Objects that one /get may ask for."),
        Setting("limits.jmap.objectsInSet", \.limits.jmap.objectsInSet, "Objects that one /set may change."),
        Setting(
            "limits.jmap.emailViewsInGet", \.limits.jmap.emailViewsInGet, "Emails that one EmailView/get may ask for."),
        Setting("limits.jmap.uploadOctets", \.limits.jmap.uploadOctets, "Octets of one upload."),
        Setting("limits.jmap.responseOctets", \.limits.jmap.responseOctets, "Octets of one answer."),
        Setting(
            "limits.jmap.concurrentRequests", \.limits.jmap.concurrentRequests,
            """
            Requests of one device at the same time.
            """),
        Setting(
            "limits.jmap.concurrentUploads", \.limits.jmap.concurrentUploads, "Uploads of one device at the same time."),
        Setting("limits.eventSource.perDevice", \.limits.eventSource.perDevice, "Open event sources of one device."),
        Setting("limits.eventSource.perUser", \.limits.eventSource.perUser, "Open event sources of one user."),
        Setting(
            "limits.remoteImages.octets", \.limits.remoteImages.octets,
            "Octets of one image of the web that a message shows."),
        Setting(
            "limits.remoteImages.pixels", \.limits.remoteImages.pixels,
            "Pixels of one, as its header says: each takes four octets of a browser's memory."),
        Setting(
            "limits.remoteImages.time", \.limits.remoteImages.time,
            "How long fetching one may take, redirects included."),
        Setting(
            "limits.remoteImages.concurrent", \.limits.remoteImages.concurrent,
            "How many are fetched at once for one account."),
        Setting(
            "limits.remoteImages.waiting", \.limits.remoteImages.waiting,
            "How many more of an account may wait for that; others are refused."),
    ]

    private static let sessions: [Setting] = [
        Setting("limits.sessions.perUser", \.limits.sessions.perUser, "Open POP3 sessions of one user."),
        Setting(
            "limits.sessions.beforeSignIn", \.limits.sessions.beforeSignIn,
            """
            How long a session may last before sign-in.
            """),
        Setting(
            "limits.sessions.lineBeforeSignIn", \.limits.sessions.lineBeforeSignIn,
            """
            Octets of one command line before sign-in.
            """),
        Setting(
            "limits.sessions.idle", \.limits.sessions.idle,
            """
            How long a session may be silent (RFC 1939 asks for ten minutes).
            """),
        Setting(
            "limits.signIn.failuresPerMinute", \.limits.signIn.failuresPerMinute,
            """
            Failed sign-ins from one address in a minute; more are refused for a while.
            """),
        Setting(
            "limits.signIn.failuresPerDay", \.limits.signIn.failuresPerDay,
            """
            Failed sign-ins from one address in a day.
            """),
        Setting(
            "limits.signIn.sessionsPerUser", \.limits.signIn.sessionsPerUser,
            """
            Browsers in which one user is signed in; one more signs out the one that was used longest ago.
            """),
        Setting("limits.signIn.passkeysPerUser", \.limits.signIn.passkeysPerUser, "Passkeys of one user."),
        Setting(
            "limits.signIn.sessionIdle", \.limits.signIn.sessionIdle,
            """
            After how long without a request a browser is signed out.
            """),
        Setting(
            "limits.signIn.sessionLife", \.limits.signIn.sessionLife,
            """
            After how long a browser is signed out whatever it does.
            """),
    ]
}
