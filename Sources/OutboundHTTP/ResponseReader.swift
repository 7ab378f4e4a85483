/// Reads one HTTP/1.1 response (RFC 9112) from octets as they come. Every length has a limit.
struct ResponseReader {
    /// Octets of all header lines, or of all trailers; octets of a chunk's size line.
    static let longestHead = 64 * 1024
    static let longestChunkLine = 1024

    private enum State {
        case head
        /// A body of so many more octets.
        case counted(Int)
        case chunkSize
        /// So many more octets of the chunk, with the line end behind it.
        case chunk(Int)
        case trailers
        /// A body that the end of the connection ends.
        case untilClose
        case done
    }

    private var state = State.head
    private var input: ArraySlice<UInt8> = []
    private var response = OutboundResponse(status: 0, body: [])
    private let largestBody: Int

    init(largestBody: Int) { self.largestBody = largestBody }

    /// Takes octets in; gives the response when it is whole.
    mutating func received(_ octets: some Sequence<UInt8>) throws(OutboundHTTPError) -> OutboundResponse? {
        input += octets
        while try step() {}
        if case .done = state { return response }
        return nil
    }

    /// The connection has ended: the response, if that is how it ends.
    mutating func closed() throws(OutboundHTTPError) -> OutboundResponse {
        guard case .untilClose = state else { throw Self.malformed("The connection ended before the answer did.") }
        return response
    }

    private mutating func step() throws(OutboundHTTPError) -> Bool {
        switch state {
        case .head: return try readHead()
        case .counted(let rest): return try take(rest) { $0 == 0 ? .done : .counted($0) }
        case .chunkSize: return try readChunkSize()
        case .chunk(let rest) where rest > 0: return try take(rest) { .chunk($0) }
        case .chunk: return try endChunk()
        case .trailers: return try readTrailer()
        case .untilClose: return try take(input.count) { _ in .untilClose }
        case .done: return false
        }
    }

    private mutating func take(_ most: Int, _ next: (Int) -> State) throws(OutboundHTTPError) -> Bool {
        let taken = input.prefix(most)
        guard !taken.isEmpty || most == 0 else { return false }
        guard response.body.count + taken.count <= largestBody else { throw tooLarge }
        response.body += taken
        input = input.dropFirst(taken.count)
        state = next(most - taken.count)
        if case .untilClose = state { return false }
        return true
    }

    /// The next line without its end; nil when it has not come yet.
    private mutating func line(atMost limit: Int) throws(OutboundHTTPError) -> String? {
        guard let end = input.prefix(limit + 1).firstIndex(of: 0x0A) else {
            guard input.count <= limit else { throw Self.malformed("A line of the answer is too long.") }
            return nil
        }
        var line = input[input.startIndex..<end]
        input = input[(end + 1)...]
        if line.last == 0x0D { line = line.dropLast() }
        return String(decoding: line, as: UTF8.self)
    }

    private var tooLarge: OutboundHTTPError {
        OutboundHTTPError(.tooLarge, "The answer has more than \(largestBody) octets.")
    }

    static func malformed(_ sentence: String) -> OutboundHTTPError { OutboundHTTPError(.malformed, sentence) }
}

// The head, and what it says of the body (RFC 9112 §6.3).
extension ResponseReader {
    private mutating func readHead() throws(OutboundHTTPError) -> Bool {
        guard let end = headEnd else {
            guard input.count <= Self.longestHead else { throw Self.malformed("The head of the answer is too long.") }
            return false
        }
        guard end - input.startIndex <= Self.longestHead else {
            throw Self.malformed("The head of the answer is too long.")
        }
        guard let status = try line(atMost: Self.longestHead) else { return false }
        response.status = try Self.status(status)
        response.headers = []
        while let line = try line(atMost: Self.longestHead), !line.isEmpty {
            guard let colon = line.firstIndex(of: ":"), line.first != " ", line.first != "\t" else { continue }
            let value = line[line.index(after: colon)...].trimmedBlanks
            response.headers.append((name: line[..<colon].lowercased(), value: value))
        }
        // An interim answer (1xx) is followed by the real one.
        if !(100..<200).contains(response.status) { state = try bodyState() }
        return true
    }

    /// Where the empty line ends that ends the head.
    private var headEnd: Int? {
        var index = input.startIndex
        while let end = input[index...].firstIndex(of: 0x0A) {
            let next = input.dropFirst(end + 1 - input.startIndex).prefix(2)
            if next.first == 0x0A { return end + 2 }
            if next.elementsEqual([0x0D, 0x0A]) { return end + 3 }
            index = end + 1
        }
        return nil
    }

    private static func status(_ line: String) throws(OutboundHTTPError) -> Int {
        let words = line.split(separator: " ", maxSplits: 2)
        guard words.count >= 2, words[0].hasPrefix("HTTP/1."), words[1].count == 3, let status = Int(words[1]),
            (100...599).contains(status)
        else { throw malformed("The answer is not one of HTTP.") }
        return status
    }

    private func bodyState() throws(OutboundHTTPError) -> State {
        if response.status == 204 || response.status == 304 { return .done }
        if let coding = response.header("transfer-encoding") {
            guard coding.lowercased() == "chunked" else {
                throw Self.malformed("The answer comes in a transfer coding that was not asked for.")
            }
            return .chunkSize
        }
        let lengths = Set(response.headers.filter { $0.name == "content-length" }.map(\.value))
        guard let text = lengths.first else { return .untilClose }
        guard lengths.count == 1, text.allSatisfy(\.isNumber), let length = Int(text) else {
            throw Self.malformed("The answer's length makes no sense.")
        }
        guard length <= largestBody else { throw tooLarge }
        return length == 0 ? .done : .counted(length)
    }
}

// Chunks (RFC 9112 §7.1).
extension ResponseReader {
    private mutating func readChunkSize() throws(OutboundHTTPError) -> Bool {
        guard let line = try line(atMost: Self.longestChunkLine) else { return false }
        let digits = line.prefix { $0 != ";" }.trimmedBlanks
        guard (1...8).contains(digits.count), digits.allSatisfy(\.isHexDigit), let size = Int(digits, radix: 16) else {
            throw Self.malformed("A chunk's size makes no sense.")
        }
        guard response.body.count + size <= largestBody else { throw tooLarge }
        state = size == 0 ? .trailers : .chunk(size)
        return true
    }

    private mutating func endChunk() throws(OutboundHTTPError) -> Bool {
        guard let line = try line(atMost: Self.longestChunkLine) else { return false }
        guard line.isEmpty else { throw Self.malformed("A chunk is longer than it says.") }
        state = .chunkSize
        return true
    }

    private mutating func readTrailer() throws(OutboundHTTPError) -> Bool {
        guard let line = try line(atMost: Self.longestHead) else { return false }
        if line.isEmpty { state = .done }
        return true
    }
}

extension StringProtocol {
    var trimmedBlanks: String {
        var rest = self[...]
        while let first = rest.first, first == " " || first == "\t" { rest = rest.dropFirst() }
        while let last = rest.last, last == " " || last == "\t" { rest = rest.dropLast() }
        return String(rest)
    }
}
