import Testing

@Suite struct TranscriptTests {
    static let client = Transcript.all(in: "client")
    static let server = Transcript.all(in: "server")

    @Test func theCorpusIsThere() {
        #expect(Self.client.count >= 25)
        #expect(Self.server.count >= 10)
    }

    @Test(arguments: client) func clientSaysAndTellsWhatTheTranscriptSays(_ transcript: Transcript) {
        for cuts in Cuts.few {
            var replay = ClientReplay(transcript)
            replay.run(transcript, cuts: cuts)
            #expect(replay.deviation == nil, "\(transcript.name), \(cuts)")
            #expect(replay.events == transcript.expectations, "\(transcript.name), \(cuts)")
        }
    }

    @Test(arguments: server) func serverSaysAndTellsWhatTheTranscriptSays(_ transcript: Transcript) {
        for cuts in Cuts.few {
            var replay = ServerReplay(transcript, cuts: cuts)
            replay.run(transcript)
            #expect(replay.deviation == nil, "\(transcript.name), \(cuts)")
            #expect(replay.events == transcript.expectations, "\(transcript.name), \(cuts)")
        }
    }
}
