extension Setting {
    /// How often maildrops are polled, and how much is fetched at once.
    static let pace: [Setting] = [
        Setting(
            "polling.shortestInterval", \.polling.shortestInterval,
            """
            A maildrop without an interval of its own is polled at the pace at which its mail comes, but no more often \
            than this.
            """),
        Setting("polling.longestInterval", \.polling.longestInterval, "And no less often than this."),
        Setting(
            "polling.signInsPerHost", \.polling.signInsPerHost,
            """
            How many sign-ins one host gets within polling.signInWindow, over all maildrops. This machine's own \
            servers are not counted.
            """),
        Setting("polling.signInWindow", \.polling.signInWindow, "The time in which they are counted."),
        Setting(
            "polling.hosts", \.polling.hosts,
            """
            What single hosts want, each with the shortest time between two sign-ins of one maildrop, the sign-ins of \
            all within a time, or both: such as "pop.example.net 5m", "*.example.org 60/1h".
            """),
        Setting(
            "polling.firstFetch.newest", \.polling.firstFetch.newest,
            """
            How many of the newest messages the first session of a new maildrop fetches. A session goes on as long as \
            signing in again would cost more.
            """),
        Setting(
            "polling.firstFetch.messages", \.polling.firstFetch.messages,
            "How many messages a later session fetches."),
        Setting(
            "polling.firstFetch.octets", \.polling.firstFetch.octets, "How many octets any session fetches."),
        Setting(
            "polling.firstFetch.shortestSession", \.polling.firstFetch.shortestSession,
            "How long a session goes on at least while there is more to fetch."),
    ]
}
