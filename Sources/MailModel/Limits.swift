/// Every upper bound that Restante puts on what comes from outside, with its default. All are configurable
/// (`limits:` in the configuration), all are tested at the limit and one over.
public struct Limits: Hashable, Sendable {
    public var pop3Client = POP3Client()
    public var smtpClient = SMTPClient()
    public var mime = MIME()
    public var jmap = JMAP()
    public var eventSource = EventSource()
    public var sessions = Sessions()
    public var signIn = SignIn()
    public var push = Push()
    public var account = Account()
    public var rules = Rules()

    public var remoteImages = RemoteImages()

    public init() {}

    /// Images of the web that messages show, fetched in their readers' place.
    public struct RemoteImages: Hashable, Sendable {
        /// Octets of one image.
        public var octets = 10_000_000
        /// Pixels that one may say it has: a browser needs four octets of memory for each, however few were sent.
        public var pixels = 50_000_000
        /// How long fetching one may take, redirects included.
        public var time: Duration = .seconds(15)
        /// Fetched at once for one account; and how many more may wait for that.
        public var concurrent = 8
        public var waiting = 256
        public init() {}
    }

    /// What a polled server may send, and how long it may take.
    public struct POP3Client: Hashable, Sendable {
        /// Octets of one reply line without its line end. Lines of bodies have no limit: bodies stream.
        public var replyLine = 64 * 1024
        /// How long the first answer after sign-in may take: servers without an index size every message first.
        public var firstAnswer: Duration = .seconds(600)
        /// How long any other answer may take to begin, and the longest silence within one. The verdict on a sign-in may take
        /// three times as long: servers wait for another session's lock.
        public var answer: Duration = .seconds(60)
        /// After how much silence within a message the server is asked whether it is over: some leave out its end.
        public var messageSilence: Duration = .seconds(5)
        public var connect: Duration = .seconds(30)
        public var tlsHandshake: Duration = .seconds(30)
        /// Octets a second that a body must reach over any minute.
        public var bodyRate = 1024
        /// The same for any other answer once it has begun: listings come from servers that must think about each line.
        public var answerRate = 64
        public var listingMessages = 1_000_000
        public var listingOctets = 64 * 1024 * 1024
        /// Octets of one message; a larger one is held back, shown and not fetched.
        public var message = 150 * 1024 * 1024
        /// What may be asked for and not yet answered at once with PIPELINING.
        public var windowMessages = 64
        public var windowOctets = 4 * 1024 * 1024
        public init() {}
    }

    /// What of a message is understood; past it the parse is marked, not failed.
    public struct MIME: Hashable, Sendable {
        public var depth = 100
        public var parts = 10_000
        public var headerBlock = 1024 * 1024
        public var headerFields = 5_000
        public var parameters = 100
        public var addresses = 5_000
        public init() {}
    }

    /// RFC 8620 §2 core capability values, and what stands behind them.
    public struct JMAP: Hashable, Sendable {
        public var requestOctets = 10_000_000
        public var requestDepth = 64
        public var callsInRequest = 32
        public var objectsInGet = 5_000
        public var objectsInSet = 1_000
        public var emailViewsInGet = 20
        public var uploadOctets = 50_000_000
        public var responseOctets = 64_000_000
        public var concurrentRequests = 8
        public var concurrentUploads = 4
        public init() {}
    }

    public struct EventSource: Hashable, Sendable {
        public var perDevice = 8
        public var perUser = 256
        public init() {}
    }

    /// POP3 (and IMAP) sessions of devices.
    public struct Sessions: Hashable, Sendable {
        public var perUser = 64
        public var beforeSignIn: Duration = .seconds(60)
        public var lineBeforeSignIn = 4 * 1024
        /// RFC 1939 §3: at least ten minutes.
        public var idle: Duration = .seconds(600)
        public init() {}
    }

    public struct SignIn: Hashable, Sendable {
        public var failuresPerMinute = 10
        public var failuresPerDay = 50
        /// Browsers in which one user is signed in; past it the one that was used longest ago is signed out.
        public var sessionsPerUser = 50
        /// Passkeys of one user.
        public var passkeysPerUser = 20
        /// After how long without a request a browser is signed out, and after how long whatever it does.
        public var sessionIdle: Duration = .seconds(14 * 86_400)
        public var sessionLife: Duration = .seconds(90 * 86_400)
        public init() {}
    }
}
