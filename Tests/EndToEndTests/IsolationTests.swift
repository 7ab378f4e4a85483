import Foundation
import JSON
import TestSupport
import Testing

@testable import JMAP

/// Nothing that one user can ask tells whether another user's things exist: each request is sent twice, once with the
/// other's ids and once with ids of nobody, and the two answers are the same.
@Suite struct IsolationTests {
    /// Every method with arguments that name an account, and others that name things within the asker's own.
    private static let calls: [(method: String, arguments: [String])] = [
        ("Core/echo", [#"{"accountId":"$ACCOUNT"}"#]),
        ("Mailbox/get", [#"{"accountId":"$ACCOUNT","ids":null}"#, #"{"accountId":"$MINE","ids":["$MAILBOX"]}"#]),
        (
            "Mailbox/changes",
            [#"{"accountId":"$ACCOUNT","sinceState":"$STATE"}"#, #"{"accountId":"$MINE","sinceState":"$STATE"}"#]
        ),
        (
            "Mailbox/query",
            [#"{"accountId":"$ACCOUNT"}"#, #"{"accountId":"$MINE","filter":{"parentId":"$MAILBOX"}}"#]
        ),
        (
            "Mailbox/set",
            [
                #"{"accountId":"$ACCOUNT","destroy":["$MAILBOX"]}"#,
                #"{"accountId":"$MINE","update":{"$MAILBOX":{"name":"Mine"}},"destroy":["$MAILBOX"]}"#,
                #"{"accountId":"$MINE","create":{"k":{"name":"Below","parentId":"$MAILBOX"}}}"#,
            ]
        ),
        ("Thread/get", [#"{"accountId":"$ACCOUNT","ids":["$THREAD"]}"#, #"{"accountId":"$MINE","ids":["$THREAD"]}"#]),
        (
            "Thread/changes",
            [#"{"accountId":"$ACCOUNT","sinceState":"$STATE"}"#, #"{"accountId":"$MINE","sinceState":"$STATE"}"#]
        ),
        ("Email/get", [#"{"accountId":"$ACCOUNT","ids":["$EMAIL"]}"#, #"{"accountId":"$MINE","ids":["$EMAIL"]}"#]),
        (
            "EmailView/get",
            [#"{"accountId":"$ACCOUNT","ids":["$EMAIL"]}"#, #"{"accountId":"$MINE","ids":["$EMAIL"]}"#]
        ),
        (
            "EmailView/unsubscribe",
            [#"{"accountId":"$ACCOUNT","ids":["$EMAIL"]}"#, #"{"accountId":"$MINE","ids":["$EMAIL"]}"#]
        ),
        (
            "Email/changes",
            [#"{"accountId":"$ACCOUNT","sinceState":"$STATE"}"#, #"{"accountId":"$MINE","sinceState":"$STATE"}"#]
        ),
        (
            "Email/query",
            [
                #"{"accountId":"$ACCOUNT"}"#, #"{"accountId":"$MINE","filter":{"inMailbox":"$MAILBOX"}}"#,
                #"{"accountId":"$MINE","filter":{"inMailboxOtherThan":["$MAILBOX"]}}"#,
                #"{"accountId":"$MINE","anchor":"$EMAIL"}"#,
                #"{"accountId":"$MINE","filter":{"maildropId":"$MAILDROP"}}"#,
            ]
        ),
        (
            "Email/set",
            [
                #"{"accountId":"$ACCOUNT","destroy":["$EMAIL"]}"#,
                #"{"accountId":"$MINE","update":{"$EMAIL":{"keywords/$seen":true}},"destroy":["$EMAIL"]}"#,
                #"{"accountId":"$MINE","update":{"$MYEMAIL":{"mailboxIds":{"$MAILBOX":true}}}}"#,
                #"{"accountId":"$MINE","create":{"k":{"mailboxIds":{"$MAILBOX":true}}}}"#,
                #"{"accountId":"$MINE","create":{"k":{"mailboxIds":{"$MYMAILBOX":true},"attachments":[{"blobId":"$BLOB"}]}}}"#,
            ]
        ),
        (
            "Email/import",
            [
                #"{"accountId":"$ACCOUNT","emails":{"k":{"blobId":"$BLOB","mailboxIds":{"$MAILBOX":true}}}}"#,
                #"{"accountId":"$MINE","emails":{"k":{"blobId":"$BLOB","mailboxIds":{"$MYMAILBOX":true}}}}"#,
                #"{"accountId":"$MINE","emails":{"k":{"blobId":"$MYBLOB","mailboxIds":{"$MAILBOX":true}}}}"#,
            ]
        ),
        ("Maildrop/get", [#"{"accountId":"$ACCOUNT","ids":null}"#, #"{"accountId":"$MINE","ids":["$MAILDROP"]}"#]),
        (
            "Maildrop/changes",
            [#"{"accountId":"$ACCOUNT","sinceState":"$STATE"}"#, #"{"accountId":"$MINE","sinceState":"$STATE"}"#]
        ),
        (
            "Email/parse",
            [
                #"{"accountId":"$ACCOUNT","blobIds":["$BLOB","$MYBLOB"]}"#,
                #"{"accountId":"$MINE","blobIds":["$BLOB","$BLOB-1"]}"#,
            ]
        ),
        (
            "Email/copy",
            [
                #"{"accountId":"$ACCOUNT","fromAccountId":"$MINE","create":{"k":{"id":"$MYEMAIL"}}}"#,
                #"{"accountId":"$MINE","fromAccountId":"$ACCOUNT","create":{"k":{"id":"$EMAIL","mailboxIds":{}}}}"#,
            ]
        ),
        (
            "SearchSnippet/get",
            [
                #"{"accountId":"$ACCOUNT","filter":{"text":"hello"},"emailIds":["$EMAIL"]}"#,
                #"{"accountId":"$MINE","filter":{"text":"hello"},"emailIds":["$EMAIL"]}"#,
                #"{"accountId":"$MINE","filter":{"inMailbox":"$MAILBOX"},"emailIds":["$MYEMAIL"]}"#,
            ]
        ),
        (
            "Blob/copy",
            [
                #"{"accountId":"$ACCOUNT","fromAccountId":"$MINE","blobIds":["$MYBLOB"]}"#,
                #"{"accountId":"$MINE","fromAccountId":"$ACCOUNT","blobIds":["$BLOB"]}"#,
                #"{"accountId":"$MINE","fromAccountId":"$MINE","blobIds":["$BLOB","$BLOB-1"]}"#,
            ]
        ),
        (
            "Blob/upload",
            [
                #"{"accountId":"$ACCOUNT","create":{"k":{"data":[]}}}"#,
                #"{"accountId":"$MINE","create":{"k":{"data":[{"blobId":"$BLOB"}]}}}"#,
                #"{"accountId":"$MINE","create":{"k":{"data":[{"blobId":"$BLOB-1"}]}}}"#,
            ]
        ),
        ("PushSubscription/get", [#"{"ids":["n1"]}"#]),
        ("PushSubscription/set", [#"{"update":{"n1":{"types":null}},"destroy":["n1"]}"#]),
        (
            "Blob/get",
            [#"{"accountId":"$ACCOUNT","ids":["$BLOB"]}"#, #"{"accountId":"$MINE","ids":["$BLOB","$BLOB-1"]}"#]
        ),
        (
            "Blob/lookup",
            [
                #"{"accountId":"$ACCOUNT","typeNames":["Email"],"ids":["$BLOB"]}"#,
                #"{"accountId":"$MINE","typeNames":["Email","Thread","Mailbox"],"ids":["$BLOB","$BLOB-1"]}"#,
            ]
        ),
        ("Identity/get", [#"{"accountId":"$ACCOUNT","ids":null}"#, #"{"accountId":"$MINE","ids":["$IDENTITY"]}"#]),
        (
            "Identity/changes",
            [#"{"accountId":"$ACCOUNT","sinceState":"$STATE"}"#, #"{"accountId":"$MINE","sinceState":"$STATE"}"#]
        ),
        (
            "Identity/set",
            [
                #"{"accountId":"$ACCOUNT","destroy":["$IDENTITY"]}"#,
                #"{"accountId":"$MINE","update":{"$IDENTITY":{"name":"Mine"}},"destroy":["$IDENTITY"]}"#,
            ]
        ),
        (
            "EmailSubmission/get",
            [#"{"accountId":"$ACCOUNT","ids":null}"#, #"{"accountId":"$MINE","ids":["$SUBMISSION"]}"#]
        ),
        (
            "EmailSubmission/changes",
            [#"{"accountId":"$ACCOUNT","sinceState":"$STATE"}"#, #"{"accountId":"$MINE","sinceState":"$STATE"}"#]
        ),
        (
            "EmailSubmission/query",
            [
                #"{"accountId":"$ACCOUNT"}"#, #"{"accountId":"$MINE","anchor":"$SUBMISSION"}"#,
                #"{"accountId":"$MINE","filter":{"emailIds":["$EMAIL"],"identityIds":["$IDENTITY"]}}"#,
            ]
        ),
        ("EmailSubmission/queryChanges", [#"{"accountId":"$ACCOUNT","sinceQueryState":"$STATE"}"#]),
        (
            "EmailSubmission/set",
            [
                #"{"accountId":"$ACCOUNT","destroy":["$SUBMISSION"]}"#,
                #"{"accountId":"$ACCOUNT","create":{"k":{"identityId":"$IDENTITY","emailId":"$EMAIL"}}}"#,
                #"{"accountId":"$MINE","create":{"k":{"identityId":"$IDENTITY","emailId":"$EMAIL"}}}"#,
                #"{"accountId":"$MINE","update":{"$SUBMISSION":{"undoStatus":"canceled"}}}"#,
                #"{"accountId":"$MINE","destroy":["$SUBMISSION"],"onSuccessDestroyEmail":["$SUBMISSION"]}"#,
            ]
        ),
        ("Email/queryChanges", [#"{"accountId":"$ACCOUNT","sinceQueryState":"$STATE"}"#]),
        ("Mailbox/queryChanges", [#"{"accountId":"$ACCOUNT","sinceQueryState":"$STATE"}"#]),
        ("Quota/get", [#"{"accountId":"$ACCOUNT","ids":null}"#, #"{"accountId":"$MINE","ids":["$MAILBOX"]}"#]),
        (
            "Quota/changes",
            [#"{"accountId":"$ACCOUNT","sinceState":"$STATE"}"#, #"{"accountId":"$MINE","sinceState":"$STATE"}"#]
        ),
        ("Quota/query", [#"{"accountId":"$ACCOUNT"}"#, #"{"accountId":"$MINE","anchor":"$MAILBOX"}"#]),
        ("Quota/queryChanges", [#"{"accountId":"$ACCOUNT","sinceQueryState":"$STATE"}"#]),
        ("MailRule/get", [#"{"accountId":"$ACCOUNT","ids":null}"#, #"{"accountId":"$MINE","ids":["$RULE"]}"#]),
        (
            "MailRule/changes",
            [#"{"accountId":"$ACCOUNT","sinceState":"$STATE"}"#, #"{"accountId":"$MINE","sinceState":"$STATE"}"#]
        ),
        (
            "MailRule/set",
            [
                #"{"accountId":"$ACCOUNT","destroy":["$RULE"]}"#,
                #"{"accountId":"$MINE","update":{"$RULE":{"isEnabled":false}},"destroy":["$RULE"]}"#,
                #"{"accountId":"$MINE","create":{"k":{"conditions":{"from":"x@y"},"actions":{"mailboxId":"$MAILBOX"}}}}"#,
                #"{"accountId":"$MINE","create":{"k":{"conditions":{"maildropId":"$MAILDROP"},"actions":{"isJunk":true}}}}"#,
            ]
        ),
        ("Maildrop/query", [#"{"accountId":"$ACCOUNT"}"#, #"{"accountId":"$MINE","anchor":"$MAILDROP"}"#]),
        (
            "Maildrop/set",
            [
                #"{"accountId":"$ACCOUNT","destroy":["$MAILDROP"]}"#,
                #"{"accountId":"$MINE","update":{"$MAILDROP":{"name":"Mine"}},"destroy":["$MAILDROP"]}"#,
                #"{"accountId":"$MINE","update":{"$MYMAILDROP":{"mailboxId":"$MAILBOX"}}}"#,
            ]
        ),
        (
            "MaildropStatus/get",
            [#"{"accountId":"$ACCOUNT","ids":null}"#, #"{"accountId":"$MINE","ids":["$MAILDROP"]}"#]
        ),
        (
            "MaildropMessage/list",
            [#"{"accountId":"$ACCOUNT","maildropId":"$MAILDROP"}"#, #"{"accountId":"$MINE","maildropId":"$MAILDROP"}"#]
        ),
        ("MaildropJob/get", [#"{"accountId":"$ACCOUNT","ids":null}"#, #"{"accountId":"$MINE","ids":["$JOB"]}"#]),
        (
            "MaildropJob/changes",
            [#"{"accountId":"$ACCOUNT","sinceState":"$STATE"}"#, #"{"accountId":"$MINE","sinceState":"$STATE"}"#]
        ),
        (
            "MaildropJob/set",
            [
                #"{"accountId":"$ACCOUNT","create":{"k":{"type":"poll","maildropId":"$MAILDROP"}}}"#,
                #"{"accountId":"$MINE","create":{"k":{"type":"poll","maildropId":"$MAILDROP"}}}"#,
                #"{"accountId":"$MINE","create":{"k":{"type":"test","maildropId":"$MAILDROP","settings":{"name":"x"}}}}"#,
                #"{"accountId":"$MINE","update":{"$JOB":{}},"destroy":["$JOB"]}"#,
            ]
        ),
        (
            "MaildropDeletion/list",
            [#"{"accountId":"$ACCOUNT","maildropId":"$MAILDROP"}"#, #"{"accountId":"$MINE","maildropId":"$MAILDROP"}"#]
        ),
        (
            "MaildropRetention/preview",
            [#"{"accountId":"$ACCOUNT","maildropId":"$MAILDROP"}"#, #"{"accountId":"$MINE","maildropId":"$MAILDROP"}"#]
        ),
        ("User/get", [#"{"accountId":"$ACCOUNT","ids":null}"#, #"{"accountId":"$MINE","ids":["$USER"]}"#]),
        (
            "User/changes",
            [#"{"accountId":"$ACCOUNT","sinceState":"$STATE"}"#, #"{"accountId":"$MINE","sinceState":"$STATE"}"#]
        ),
        ("User/query", [#"{"accountId":"$ACCOUNT"}"#, #"{"accountId":"$MINE","anchor":"$USER"}"#]),
        (
            "User/set",
            [
                #"{"accountId":"$ACCOUNT","destroy":["$USER"]}"#,
                #"{"accountId":"$MINE","destroy":["$USER"],"currentPassword":"$PASSWORD"}"#,
                #"{"accountId":"$MINE","update":{"$USER":{"password":"a new one"}},"currentPassword":"$PASSWORD"}"#,
            ]
        ),
        ("Device/get", [#"{"accountId":"$ACCOUNT","ids":null}"#, #"{"accountId":"$MINE","ids":["$DEVICE"]}"#]),
        (
            "Device/changes",
            [#"{"accountId":"$ACCOUNT","sinceState":"$STATE"}"#, #"{"accountId":"$MINE","sinceState":"$STATE"}"#]
        ),
        (
            "Device/set",
            [
                #"{"accountId":"$ACCOUNT","destroy":["$DEVICE"]}"#,
                #"{"accountId":"$MINE","update":{"$DEVICE":{"name":"x"}},"destroy":["$DEVICE"]}"#,
            ]
        ),
        ("Session/get", [#"{"accountId":"$ACCOUNT","ids":null}"#, #"{"accountId":"$MINE","ids":["$SESSION"]}"#]),
        (
            "Session/changes",
            [#"{"accountId":"$ACCOUNT","sinceState":"$STATE"}"#, #"{"accountId":"$MINE","sinceState":"$STATE"}"#]
        ),
        (
            "Session/set",
            [
                #"{"accountId":"$ACCOUNT","destroy":["$SESSION"]}"#,
                #"{"accountId":"$MINE","update":{"$SESSION":{}},"destroy":["$SESSION"]}"#,
            ]
        ),
        // Ones that there are belong to a page under https or at localhost: JMAPTests' PasskeyTests has another's.
        ("Passkey/get", [#"{"accountId":"$ACCOUNT","ids":null}"#]),
        (
            "Passkey/changes",
            [#"{"accountId":"$ACCOUNT","sinceState":"$STATE"}"#, #"{"accountId":"$MINE","sinceState":"$STATE"}"#]
        ),
        ("Passkey/set", [#"{"accountId":"$ACCOUNT","create":{"k":{"name":"x"}}}"#]),
        ("Passkey/challenge", [#"{"accountId":"$ACCOUNT","currentPassword":"$PASSWORD"}"#]),
        ("Storage/get", [#"{"accountId":"$ACCOUNT","ids":[]}"#, #"{"accountId":"$MINE","ids":["$ACCOUNT"]}"#]),
        (
            "PollHistory/list",
            [
                #"{"accountId":"$ACCOUNT","maildropId":"$MAILDROP"}"#,
                #"{"accountId":"$MINE","maildropId":"$MAILDROP"}"#,
                #"{"accountId":"$MINE","userId":"$USER","maildropId":"$MAILDROP"}"#,
            ]
        ),
        (
            "PollHistory/days",
            [
                #"{"accountId":"$ACCOUNT"}"#, #"{"accountId":"$MINE","maildropIds":["$MAILDROP"]}"#,
                #"{"accountId":"$MINE","userId":"$USER"}"#,
            ]
        ),
        (
            "MaildropStatus/changes",
            [#"{"accountId":"$ACCOUNT","sinceState":"$STATE"}"#, #"{"accountId":"$MINE","sinceState":"$STATE"}"#]
        ),
    ]

    private static let urls: [(path: String, arguments: [String])] = [
        ("/jmap/download/$ACCOUNT/$BLOB/x", []), ("/jmap/download/$MINE/$BLOB/x", []),
        ("/jmap/download/$MINE/$BLOB-1/x", []), ("/jmap/download/$ACCOUNT/$MYBLOB/x?type=text/plain", []),
        ("/jmap/upload/$ACCOUNT", ["--data-binary", "octets"]), ("/jmap/upload/$ACCOUNT/", ["--data-binary", ""]),
    ]

    @Test func everyMethodHasItsCalls() {
        #expect(Set(Self.calls.map(\.method)) == Set(Method.byName.keys))
    }

    @Test func anothersThingsAnswerAsAbsentOnes() async throws {
        let daemon = try await RunningDaemon.start()
        let ada = try await Household.furnish("ada", count: 3, in: daemon)
        let bob = try await Household.furnish("bob", count: 1, in: daemon)
        let state = try await ada.device.call("Email/get", #"{"accountId":"\#(ada.account)","ids":[]}"#).result["state"]
        let before = try await inventory(ada)
        let hers = Self.names(of: ada.ids, state: state?.string ?? "", asker: bob)
        let nobodys = Self.names(of: .nobodys, state: "s1-1", asker: bob)
        for (method, arguments) in Self.calls {
            for template in arguments {
                let (one, other) = (Self.filled(template, hers), Self.filled(template, nobodys))
                let first = try await bob.device.call(answering: method, one)
                let second = try await bob.device.call(answering: method, other)
                #expect(Self.masked(first, hers) == Self.masked(second, nobodys), "\(method) \(one)")
                #expect(first.status == 200, "\(method) \(one)")
            }
        }
        for (path, arguments) in Self.urls {
            let first = try await bob.device.request(Self.filled(path, hers), arguments)
            let second = try await bob.device.request(Self.filled(path, nobodys), arguments)
            #expect(Self.masked(first, hers) == Self.masked(second, nobodys), "\(path)")
            #expect(first.status == 404, "\(path)")
        }
        #expect(try await inventory(ada) == before)
    }

    /// Everything there is of a household, as its own device sees it.
    private func inventory(_ household: Household) async throws -> [String] {
        var answers: [String] = []
        for method in [
            "User/get", "Mailbox/get", "Email/query", "Maildrop/get", "MaildropStatus/get", "Identity/get",
            "EmailSubmission/get",
        ] {
            let answer = try await household.device.call(answering: method, #"{"accountId":"\#(household.account)"}"#)
            answers.append(answer.body)
        }
        return answers
    }

    /// Placeholders and what stands for them, the longest first.
    private static func names(
        of ids: Household.IDs, state: String, asker: Household
    ) -> [(placeholder: String, value: String)] {
        [
            ("$MYMAILDROP", asker.ids.maildrop), ("$MYMAILBOX", asker.ids.mailbox), ("$MYEMAIL", asker.ids.email),
            ("$MYBLOB", asker.ids.blob), ("$MINE", asker.account), ("$ACCOUNT", ids.account),
            ("$SUBMISSION", ids.submission), ("$JOB", ids.job), ("$RULE", ids.rule), ("$USER", ids.user),
            ("$DEVICE", ids.device), ("$SESSION", ids.session), ("$PASSWORD", RunningDaemon.password(of: asker.user)),
            ("$MAILDROP", ids.maildrop),
            ("$IDENTITY", ids.identity),
            ("$MAILBOX", ids.mailbox), ("$EMAIL", ids.email),
            ("$THREAD", ids.thread),
            ("$BLOB", ids.blob), ("$STATE", state),
        ]
    }

    private static func filled(_ template: String, _ names: [(placeholder: String, value: String)]) -> String {
        names.reduce(template) { $0.replacing($1.placeholder, with: $1.value) }
    }

    /// An answer in which the ids asked with are placeholders again: all that may differ.
    private static func masked(
        _ answer: Device.Answer, _ names: [(placeholder: String, value: String)]
    ) -> Device.Answer {
        let body = names.reduce(answer.body) { text, name in
            guard let whole = try? Regex("\\b" + NSRegularExpression.escapedPattern(for: name.value) + "\\b") else {
                return text
            }
            return text.replacing(whole, with: name.placeholder)
        }
        return Device.Answer(status: answer.status, body: body)
    }
}

extension Household.IDs {
    /// Well formed, and never given out.
    static let nobodys = Household.IDs(
        account: "a987654", mailbox: "m987654", email: "e987654", thread: "t987654",
        blob: "b" + String(repeating: "9a", count: 32), maildrop: "p987654",
        identity: "i987654", submission: "s987654", job: "j987654", user: "u987654", device: "d987654",
        session: "w987654", rule: "r987654")
}
