import MailModel
import OutboundHTTP

/// Fetches the images of messages in their readers' place: whoever put them there learns that somebody of this server looked,
/// and not who, from where or with what. It asks for what a stranger named, so it goes to the public web only, whoever reads.
struct ImageProxy: Sendable {
    static let mostRedirects = 5
    /// Servers give some images to browsers only; this is the part of a browser's name that all have.
    private static let userAgent = "Mozilla/5.0"
    private static let accept = RasterImage.allCases.map(\.mediaType).joined(separator: ", ")

    let fetcher: any HTTPFetcher
    let limits: Limits.RemoteImages
    let queue: ImageQueue
    /// Replaced by tests, whose servers are on this machine.
    var policy = AddressPolicy.publicWeb

    init(fetcher: any HTTPFetcher, limits: Limits.RemoteImages) {
        self.fetcher = fetcher
        self.limits = limits
        queue = ImageQueue(limits: limits)
    }

    /// - Throws: `Problem` with a sentence: 502 for what brought no image, 504 out of time, 429 with too many at once.
    func image(at url: OutboundURL, for account: AccountID) async throws -> (RasterImage, [UInt8]) {
        let fetched = try await queue.run(for: account) { try await fetch(url) }
        guard let fetched else {
            throw Problem.limit(
                "remoteImages.waiting", status: 429, "Too many images of this account are being fetched.")
        }
        return fetched
    }

    private func fetch(_ start: OutboundURL) async throws -> (RasterImage, [UInt8]) {
        let end = ContinuousClock.now.advanced(by: limits.time)
        var url = start
        for _ in 0...Self.mostRedirects {
            let response = try await send(url, until: end)
            guard [301, 302, 303, 307, 308].contains(response.status) else { return try read(response) }
            let next = response.header("location").map { String($0.prefix { $0 != "#" }) }.flatMap(url.resolved)
            // From TLS into the clear would show on the way what was meant to be hidden there.
            guard let next, next.scheme == .https || url.scheme == .http else {
                throw Self.failure("The image's server sends on to what is no address of the web.")
            }
            url = next
        }
        throw Self.failure("The image's server sends on too many times.")
    }

    /// Each step is checked anew: address and port, at most so many octets, in what is left of the time.
    private func send(_ url: OutboundURL, until end: ContinuousClock.Instant) async throws -> OutboundResponse {
        let left = ContinuousClock.now.duration(to: end)
        guard left > .zero else { throw Self.late }
        var request = OutboundRequest(
            .get, url, policy: policy, largestAnswer: limits.octets, timeout: left, redirects: 0)
        request.userAgent = Self.userAgent
        request.headers = [("Accept", Self.accept)]
        do {
            return try await fetcher.send(request)
        } catch {
            switch error.code {
            case .timeout: throw Self.late
            case .addressNotAllowed: throw Self.failure("The image is not on the public web.")
            case .tooLarge:
                throw Problem.limit("remoteImages.octets", status: 502, "The image is larger than is fetched here.")
            case .unknownHost, .unreachable, .certificate, .redirect, .malformed, .cancelled:
                throw Self.failure("The image could not be fetched: \(error.message)")
            }
        }
    }

    private func read(_ response: OutboundResponse) throws -> (RasterImage, [UInt8]) {
        guard response.status == 200 else { throw Self.failure("The image's server does not have it.") }
        let coding = response.header("content-encoding")?.lowercased() ?? "identity"
        guard coding == "identity",
            let kind = RasterImage(type: response.header("content-type"), octets: response.body),
            let size = ImageSize(kind, response.body)
        else { throw Self.failure("What the image's server gave is no image that is shown here.") }
        guard size.pixels <= limits.pixels else {
            throw Problem.limit("remoteImages.pixels", status: 502, "The image has more pixels than are shown here.")
        }
        return (kind, response.body)
    }

    private static let late = Problem(status: 504, detail: "The image did not come in time.")

    private static func failure(_ sentence: String) -> Problem { Problem(status: 502, detail: sentence) }
}
