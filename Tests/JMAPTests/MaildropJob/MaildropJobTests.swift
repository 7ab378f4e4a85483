import JSON
import MailModel
import MailStore
import Synchronization
import Testing

/// Polls and tests as jobs.
@Suite struct MaildropJobTests {
    @Test func aPollIsCarriedOutAndSaysWhatItBrought() async throws {
        try await JobWorld.with { world async throws in
            let maildrop = try await world.maildrop(world.alice)
            let job = try await world.outcome(#"{"type":"poll","maildropId":"\#(maildrop)"}"#)
            #expect(job["state"] == "done" && job["succeeded"] == true && job["error"] == .null)
            #expect(job["type"] == "poll" && job["maildropId"] == .string(maildrop))
            #expect(job["poll"]["fetched"] == 2 && job["poll"]["listed"] == 3 && job["poll"]["octets"] == 900)
            #expect(job["test"] == .null && job["startedAt"] != .null)
        }
    }

    @Test func aPollThatFailsSaysWhy() async throws {
        var findings = JobWorld.Findings()
        findings.poll = { _ in
            .polled(PollRecord(beganAt: World.now, endedAt: World.now, error: ("timeout", "It never spoke.")))
        }
        try await JobWorld.with(findings) { world async throws in
            let maildrop = try await world.maildrop(world.alice)
            let job = try await world.outcome(#"{"type":"poll","maildropId":"\#(maildrop)"}"#)
            #expect(job["state"] == "failed" && job["succeeded"] == false)
            #expect(job["error"]["type"] == "timeout" && job["error"]["description"] == "It never spoke.")
            #expect(job["poll"]["listed"] == .null)
        }
    }

    @Test func aPollThatTheServerDoesNotAllowYetIsPostponed() async throws {
        var findings = JobWorld.Findings()
        findings.poll = { _ in .postponed(until: World.now.adding(seconds: 900), .loginDelay) }
        try await JobWorld.with(findings) { world async throws in
            let maildrop = try await world.maildrop(world.alice)
            let job = try await world.outcome(#"{"type":"poll","maildropId":"\#(maildrop)"}"#)
            #expect(job["state"] == "failed" && job["error"]["type"] == "postponed" && job["poll"] == .null)
            #expect(job["error"]["description"].string?.contains("LOGIN-DELAY") == true)
        }
    }

    @Test func settingsAreTestedBeforeTheyAreSaved() async throws {
        let seen = Mutex<[MaildropTrial]>([])
        var findings = JobWorld.Findings()
        findings.trial = { trial in
            seen.withLock { $0.append(trial) }
            var report = JobWorld.Findings.fine
            report.findings.append(MaildropFinding(.warning, step: "tls", "Soon over.", advice: "Renew it."))
            report.certificates = [
                .init(
                    sha256: [UInt8](repeating: 0xAB, count: 32), subject: "pop.example.org", issuer: "A CA",
                    notBefore: World.now, notAfter: World.now.adding(seconds: 86_400))
            ]
            (report.tlsVersion, report.tlsCipher) = ("TLS 1.3", "TLS_AES_128_GCM_SHA256")
            (report.signInMethod, report.capabilities) = ("PLAIN", ["UIDL", "TOP"])
            (report.messages, report.octets) = (12, 3456)
            return report
        }
        findings.sending = { trial in
            guard case .given(let secret) = trial.sending, secret.withBytes({ $0 == Array("p2".utf8) }) else {
                return MaildropTestReport()
            }
            return MaildropTestReport(findings: [MaildropFinding(.failure, step: "signIn", "No.")])
        }
        try await JobWorld.with(findings) { world async throws in
            let job = try await world.outcome(
                """
                {"type":"test","settings":{"host":"POP.example.org","username":"ann","password":"s3cret",\
                "submission":{"host":"smtp.example.org","username":"out","password":"p2"}}}
                """)
            #expect(job["state"] == "done" && job["succeeded"] == false && job["maildropId"] == .null)
            let pop3 = job["test"]["pop3"]
            #expect(pop3["succeeded"] == true && pop3["messages"] == 12 && pop3["octets"] == 3456)
            #expect(pop3["capabilities"].strings == ["UIDL", "TOP"] && pop3["signInMethod"] == "PLAIN")
            #expect(pop3["tlsVersion"] == "TLS 1.3" && pop3["tlsCipher"] == "TLS_AES_128_GCM_SHA256")
            #expect(pop3["certificates"][0]["sha256"] == .string(String(repeating: "ab", count: 32)))
            #expect(pop3["certificates"][0]["notAfter"] == "2026-03-02T12:00:00Z")
            #expect(pop3["findings"][1]["severity"] == "warning" && pop3["findings"][1]["advice"] == "Renew it.")
            #expect(job["test"]["submission"]["succeeded"] == false)
            #expect(try await world.alice.call("Maildrop/get")["list"] == .array([]))
            var writer = JSONWriter()
            writer.value(try await world.alice.call("MaildropJob/get"))
            let told = String(decoding: writer.bytes, as: UTF8.self)
            #expect(!told.contains("s3cret") && !told.contains("p2") && !told.contains("settings"))
        }
        let trial = try #require(seen.withLock { $0.first })
        #expect(trial.settings.host == "pop.example.org" && trial.settings.port == 995)
        guard case .given(let secret) = trial.credential else { throw CancellationError() }
        #expect(secret.withBytes { $0 == Array("s3cret".utf8) })
    }

    @Test func aSavedMaildropIsTestedWithWhatItHas() async throws {
        let seen = Mutex<[MaildropTrial]>([])
        var findings = JobWorld.Findings()
        findings.trial = { trial in
            seen.withLock { $0.append(trial) }
            return JobWorld.Findings.fine
        }
        try await JobWorld.with(findings) { world async throws in
            let id = try await world.maildrop(world.alice)
            for settings in ["", #","settings":{"name":"Other"}"#, #","settings":{"password":"new"}"#] {
                let job = try await world.outcome(#"{"type":"test","maildropId":"\#(id)"\#(settings)}"#)
                #expect(job["succeeded"] == true && job["maildropId"] == .string(id))
            }
            let refused = try await world.create(
                #"{"type":"test","maildropId":"\#(id)","settings":{"host":"elsewhere.example"}}"#)
            #expect(refused["notCreated"]["k"]["properties"].strings == ["password"])
        }
        let kept = seen.withLock { $0.map(\.maildrop) }
        #expect(kept.map { $0 != nil } == [true, true, false])
    }

    @Test func theServerOfAnAddressIsLookedFor() async throws {
        var findings = JobWorld.Findings()
        findings.discovery = { address in
            guard address == "ann@example.org" else { return MaildropDiscovery() }
            let found = MaildropDiscovery.Suggestion(
                host: "pop.example.org", port: 995, security: .tls, username: address, source: "srv", wantsOAuth: false)
            return MaildropDiscovery(
                steps: [.init(source: "srv", place: "_pop3s._tcp.example.org", outcome: "pop.example.org")],
                suggestions: [found], chosen: found,
                submission: .init(
                    host: "smtp.example.org", port: 587, security: .starttls, username: address, source: "srv",
                    wantsOAuth: false))
        }
        try await JobWorld.with(findings) { world async throws in
            let job = try await world.outcome(#"{"type":"discover","address":"ann@example.org"}"#)
            #expect(job["state"] == "done" && job["succeeded"] == true)
            #expect(job["discovery"]["chosen"]["host"] == "pop.example.org")
            #expect(job["discovery"]["suggestions"][0]["username"] == "ann@example.org")
            #expect(job["discovery"]["steps"][0]["source"] == "srv")
            #expect(job["discovery"]["submission"]["host"] == "smtp.example.org")
            #expect(job["discovery"]["submission"]["security"] == "starttls")
            let none = try await world.outcome(#"{"type":"discover","address":"bob@example.net"}"#)
            #expect(none["state"] == "done" && none["succeeded"] == false && none["discovery"]["chosen"] == .null)
            #expect(none["discovery"]["submission"] == .null)
        }
    }

    @Test func aJobMayNameAMaildropOfTheSameRequest() async throws {
        try await JobWorld.with { world async throws in
            let answers = try await world.alice.calls(
                """
                [["Maildrop/set",{"accountId":"$A","create":{"m":\(JobWorld.record)}},"0"],
                ["MaildropJob/set",{"accountId":"$A","create":{"k":{"type":"poll","maildropId":"#m"}}},"1"],
                ["MaildropJob/get",{"accountId":"$A","#ids":{"resultOf":"1","name":"MaildropJob/set",
                "path":"/created/k/id"}},"2"]]
                """)
            #expect(answers[1][1]["created"]["k"]["id"].string != nil)
            #expect(answers[1][1]["created"]["k"]["state"] == "waiting")
        }
    }

    @Test(arguments: [
        (#"{}"#, "type"), (#"{"type":"dance"}"#, "type"), (#"{"type":"poll"}"#, "maildropId"),
        (#"{"type":"poll","maildropId":"p999"}"#, "maildropId"), (#"{"type":"poll","maildropId":7}"#, "maildropId"),
        (#"{"type":"test"}"#, "settings"), (#"{"type":"test","settings":7}"#, "settings"),
        (#"{"type":"test","settings":{"username":"u"}}"#, "host"),
        (#"{"type":"test","settings":{"host":"h"}}"#, "username"),
        (#"{"type":"test","settings":{"host":"h","username":"u","port":0}}"#, "port"),
        (#"{"type":"test","settings":{"host":"h h","username":"u"}}"#, "host"),
        (#"{"type":"test","settings":{"host":"h","username":"u","password":""}}"#, "password"),
        (#"{"type":"test","settings":{"host":"h","username":"u","id":"p1"}}"#, "id"),
        (#"{"type":"test","settings":{"host":"h","username":"u","color":"red"}}"#, "color"),
        (#"{"type":"discover"}"#, "address"), (#"{"type":"discover","address":"ann"}"#, "address"),
        (#"{"type":"discover","address":"a@b.example","settings":{}}"#, "settings"),
        (#"{"type":"poll","address":"a@b.example"}"#, "address"),
        (#"{"type":"poll","state":"done"}"#, "state"), (#"{"type":"poll","color":"red"}"#, "color"),
    ])
    func whatCannotBeIsRefusedWithItsProperty(record: String, property: String) async throws {
        try await JobWorld.with { world async throws in
            let error = try await world.create(record)["notCreated"]["k"]
            #expect(error["type"] == "invalidProperties" && error["properties"].strings == [property], "\(error)")
            #expect(error["description"].string?.hasSuffix(".") == true)
        }
    }

    @Test func membersTestOnlyWhereTheirMaildropsMayBe() async throws {
        try await JobWorld.with { world async throws in
            for settings in [
                #"{"host":"127.0.0.1","username":"u","password":"p"}"#,
                #"{"host":"192.168.1.1","username":"u","password":"p"}"#,
                #"{"host":"pop.example.org","port":22,"username":"u","password":"p"}"#,
                #"{"host":"pop.example.org","username":"u","password":"p","submission":{"host":"127.0.0.1"}}"#,
            ] {
                let record = #"{"type":"test","settings":\#(settings)}"#
                #expect(
                    try await world.create(record, world.world.bob)["notCreated"]["k"]["type"] == "invalidProperties",
                    "\(settings)")
                #expect(try await world.outcome(record)["succeeded"] == true)
            }
        }
    }

    @Test func jobsAreFollowedAndForgotten() async throws {
        try await JobWorld.with { world async throws in
            let before = try await world.alice.call("MaildropJob/get")
            #expect(before["list"] == .array([]))
            let since = before["state"].string ?? ""
            let maildrop = try await world.maildrop(world.alice)
            let job = try await world.outcome(#"{"type":"poll","maildropId":"\#(maildrop)"}"#)["id"].string ?? ""
            let changes = try await world.alice.call("MaildropJob/changes", #"{"sinceState":"\#(since)"}"#)
            #expect(changes["created"].strings == [job] && changes["updated"].strings == [])
            let middle = changes["newState"].string ?? ""
            let update = try await world.alice.call(
                "MaildropJob/set", #"{"update":{"\#(job)":{"type":"test"},"j999":{}},"ifInState":"\#(middle)"}"#)
            #expect(update["notUpdated"][job]["type"] == "forbidden")
            #expect(update["notUpdated"]["j999"]["type"] == "notFound")
            let gone = try await world.alice.call("MaildropJob/set", #"{"destroy":["\#(job)","j999","x"]}"#)
            #expect(gone["destroyed"].strings == [job])
            #expect(
                gone["notDestroyed"]["j999"]["type"] == "notFound" && gone["notDestroyed"]["x"]["type"] == "notFound")
            #expect(gone["oldState"] == .string(middle) && gone["newState"] != gone["oldState"])
            let after = try await world.alice.call("MaildropJob/changes", #"{"sinceState":"\#(middle)"}"#)
            #expect(after["destroyed"].strings == [job])
            #expect(
                try await world.alice.call("MaildropJob/changes", #"{"sinceState":"\#(since)"}"#)["destroyed"].strings
                    == [])
            #expect(
                try await world.alice.error("MaildropJob/changes", #"{"sinceState":"s1-1"}"#)
                    == "cannotCalculateChanges")
            #expect(
                try await world.alice.error("MaildropJob/set", #"{"ifInState":"\#(since)"}"#) == "stateMismatch")
            #expect(
                try await world.alice.call("MaildropJob/get", #"{"ids":["\#(job)"]}"#)["notFound"].strings == [job])
            #expect(
                try await world.alice.error("MaildropJob/get", #"{"properties":["settings"]}"#) == "invalidArguments")
        }
    }

    @Test func onlySoManyAreUnderWayAtOnceAndAnotherUsersAreNotCounted() async throws {
        let gate = Gate()
        var findings = JobWorld.Findings()
        findings.trial = { _ in
            await gate.wait()
            return JobWorld.Findings.fine
        }
        let settings = #"{"type":"test","settings":{"host":"pop.example.org","username":"u","password":"p"}}"#
        try await JobWorld.with(findings) { world async throws in
            for _ in 0..<8 { #expect(try await world.create(settings)["created"]["k"]["id"].string != nil) }
            #expect(try await world.create(settings)["notCreated"]["k"]["type"] == "overQuota")
            // To forget a job does not make room: its session goes on.
            #expect(
                try await world.alice.call("MaildropJob/set", #"{"destroy":["j1"]}"#)["destroyed"].strings == ["j1"])
            #expect(try await world.create(settings)["notCreated"]["k"]["type"] == "overQuota")
            #expect(try await world.create(settings, world.world.bob)["created"]["k"]["id"].string != nil)
            await gate.open()
        }
    }

    @Test func jobsOfOthersAreAbsent() async throws {
        try await JobWorld.with { world async throws in
            let maildrop = try await world.maildrop(world.alice)
            _ = try await world.outcome(#"{"type":"poll","maildropId":"\#(maildrop)"}"#)
            let bob = world.world.bob
            #expect(try await bob.call("MaildropJob/get")["list"] == .array([]))
            #expect(try await bob.call("MaildropJob/get", #"{"ids":["j1"]}"#)["notFound"].strings == ["j1"])
            #expect(
                try await bob.call("MaildropJob/set", #"{"destroy":["j1"]}"#)["notDestroyed"]["j1"]["type"]
                    == "notFound")
            let error = try await world.create(#"{"type":"poll","maildropId":"\#(maildrop)"}"#, bob)["notCreated"]["k"]
            #expect(error["properties"].strings == ["maildropId"])
        }
    }

    @Test func withoutAServiceThereAreNoJobs() async throws {
        try await World.with { world async throws in
            let settings = #"{"host":"pop.example.org","username":"u","password":"p"}"#
            #expect(
                try await world.alice.error(
                    "MaildropJob/set", #"{"create":{"k":{"type":"test","settings":\#(settings)}}}"#)
                    == "serverUnavailable")
            #expect(try await world.alice.call("MaildropJob/get")["list"] == .array([]))
        }
    }
}
