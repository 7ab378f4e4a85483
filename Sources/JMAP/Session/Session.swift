import JSON
import MailModel
import MailStore

/// The Session object (RFC 8620 §2) of one principal.
struct Session {
    let principal: Principal
    let limits: Limits.JMAP
    /// What push services know us by: a point on P-256.
    let applicationServerKey: [UInt8]
    let devicePOP3: DevicePOP3?
    let ruleLimits: Limits.Rules

    /// `baseURL` is where clients reach the server, without a solidus at its end.
    func write(baseURL: String) -> [UInt8] {
        var writer = JSONWriter(capacity: 2048)
        writer.beginObject()
        writeContent(&writer)
        writer.key("apiUrl")
        writer.value(baseURL + "/jmap/api")
        writer.key("downloadUrl")
        writer.value(baseURL + "/jmap/download/{accountId}/{blobId}/{name}?type={type}")
        writer.key("uploadUrl")
        writer.value(baseURL + "/jmap/upload/{accountId}")
        writer.key("eventSourceUrl")
        writer.value(baseURL + "/jmap/eventsource?types={types}&closeafter={closeafter}&ping={ping}")
        writer.key("state")
        writer.value(state)
        writer.endObject()
        return writer.bytes
    }

    /// Changes when anything in the object does that does not come from where the client found the server: a digest of it
    /// (FNV-1a).
    var state: String {
        var writer = JSONWriter(capacity: 2048)
        writer.beginObject()
        writeContent(&writer)
        writer.endObject()
        var digest: UInt64 = 0xCBF2_9CE4_8422_2325
        for octet in writer.bytes { digest = (digest ^ UInt64(octet)) &* 0x0000_0100_0000_01B3 }
        return "c" + String(digest, radix: 16)
    }

    private func writeContent(_ writer: inout JSONWriter) {
        writer.key("capabilities")
        writer.beginObject()
        for capability in Capability.allCases {
            writer.key(text: capability.rawValue)
            switch capability {
            case .core: writeCore(&writer)
            case .webPushVAPID: writeApplicationServer(&writer)
            case .mail, .submission, .blob, .quota, .maildrop, .admin, .view, .rules: writeEmpty(&writer)
            }
        }
        writer.endObject()
        writer.key("accounts")
        writer.beginObject()
        writer.key(principal.account)
        writeAccount(&writer)
        writer.endObject()
        writer.key("primaryAccounts")
        writer.beginObject()
        for capability in [Capability.mail, .submission, .blob, .quota, .maildrop, .admin, .view, .rules] {
            writer.key(text: capability.rawValue)
            writer.value(principal.account)
        }
        writer.endObject()
        writer.key("username")
        writer.value(principal.userName)
    }

    private func writeCore(_ writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("maxSizeUpload")
        writer.value(limits.uploadOctets)
        writer.key("maxConcurrentUpload")
        writer.value(limits.concurrentUploads)
        writer.key("maxSizeRequest")
        writer.value(limits.requestOctets)
        writer.key("maxConcurrentRequests")
        writer.value(limits.concurrentRequests)
        writer.key("maxCallsInRequest")
        writer.value(limits.callsInRequest)
        writer.key("maxObjectsInGet")
        writer.value(limits.objectsInGet)
        writer.key("maxObjectsInSet")
        writer.value(limits.objectsInSet)
        writer.key("collationAlgorithms")
        writer.beginArray()
        for collation in Collation.allCases { writer.value(collation.rawValue) }
        writer.endArray()
        writer.endObject()
    }

    /// RFC 9749 §3.
    private func writeApplicationServer(_ writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("applicationServerKey")
        writer.value(Base64URL.encode(applicationServerKey))
        writer.endObject()
    }

    private func writeAccount(_ writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("name")
        writer.value(principal.userName)
        writer.key("isPersonal")
        writer.value(true)
        writer.key("isReadOnly")
        writer.value(false)
        writer.key("accountCapabilities")
        writer.beginObject()
        for capability in Capability.allCases {
            switch capability {
            case .webPushVAPID: break
            case .core, .quota:
                writer.key(text: capability.rawValue)
                writeEmpty(&writer)
            case .mail:
                writer.key(text: capability.rawValue)
                writeMail(&writer)
            case .blob:
                writer.key(text: capability.rawValue)
                writeBlob(&writer)
            case .submission:
                writer.key(text: capability.rawValue)
                writeSubmission(&writer)
            case .maildrop:
                writer.key(text: capability.rawValue)
                writeMaildrop(&writer)
            case .admin:
                writer.key(text: capability.rawValue)
                writeAdministration(&writer)
            case .view:
                writer.key(text: capability.rawValue)
                writeView(&writer)
            case .rules:
                writer.key(text: capability.rawValue)
                ruleLimits.write(&writer)
            }
        }
        writer.endObject()
        writer.endObject()
    }

    /// RFC 8621 §1.3.1.
    private func writeMail(_ writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("maxMailboxesPerEmail")
        writer.null()
        writer.key("maxMailboxDepth")
        writer.value(MailboxRules.depth)
        writer.key("maxSizeMailboxName")
        writer.value(MailboxRules.nameOctets)
        writer.key("maxSizeAttachmentsPerEmail")
        writer.value(limits.uploadOctets)
        writer.key("emailQuerySortOptions")
        writer.beginArray()
        for property in EmailQuery.Order.properties { writer.value(property) }
        writer.endArray()
        writer.key("mayCreateTopLevelMailbox")
        writer.value(true)
        writer.endObject()
    }

    /// RFC 9404 §3.1.
    private func writeBlob(_ writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("maxSizeBlobSet")
        writer.value(limits.uploadOctets)
        writer.key("maxDataSources")
        writer.value(BlobCreation.maximumSources)
        writer.key("supportedTypeNames")
        writer.beginArray()
        for type in BlobReferences.Kind.allCases { writer.value(type.rawValue) }
        writer.endArray()
        writer.key("supportedDigestAlgorithms")
        writer.beginArray()
        for algorithm in OctetDigest.Algorithm.allCases { writer.value(algorithm.rawValue) }
        writer.endArray()
        writer.endObject()
    }

    /// RFC 8621 §1.3.2. What a client may use of SMTP's extensions is ours to keep, not the submission server's: messages
    /// are held here until it is time (RFC 4865 §4: the longest time in seconds, the last moment).
    private func writeSubmission(_ writer: inout JSONWriter) {
        let delay = Int(SubmissionRules.delay.components.seconds)
        writer.beginObject()
        writer.key("maxDelayedSend")
        writer.value(delay)
        writer.key("submissionExtensions")
        writer.beginObject()
        writer.key("FUTURERELEASE")
        writer.beginArray()
        writer.value(String(delay))
        writer.value("9999-12-31T23:59:59Z")
        writer.endArray()
        writer.endObject()
        writer.endObject()
    }

    /// The bounds of the account's maildrops and of what is done for whoever asks.
    private func writeMaildrop(_ writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("maxMaildrops")
        writer.value(MaildropRules.count)
        writer.key("minPollInterval")
        writer.value(MaildropRules.pollIntervals.lowerBound.components.seconds)
        writer.key("maxPollInterval")
        writer.value(MaildropRules.pollIntervals.upperBound.components.seconds)
        writer.key("maxConcurrentJobs")
        writer.value(JobRules.concurrent)
        writer.key("maxJobsPerMinute")
        writer.value(JobRules.aMinute)
        writer.endObject()
    }

    /// Who asks, and what they may do of the administration.
    private func writeAdministration(_ writer: inout JSONWriter) {
        let isDevice = principal.device != nil
        writer.beginObject()
        writer.key("userId")
        writer.value(principal.user)
        writer.key("role")
        writer.value(principal.role.rawValue)
        writer.key("mayManageUsers")
        writer.value(principal.role == .administrator)
        writer.key("asksForPassword")
        writer.value(isDevice)
        writer.key("pop3")
        writer.value(optional: devicePOP3) { $0.write(&$1) }
        writer.endObject()
    }

    private func writeView(_ writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("maxObjectsInGet")
        writer.value(EmailView.mostInGet(limits))
        writer.key("maxObjectsInUnsubscribe")
        writer.value(Unsubscribing.mostEmails)
        writer.key("maxSnooze")
        writer.value(SnoozeRules.longest.components.seconds)
        writer.endObject()
    }

    private func writeEmpty(_ writer: inout JSONWriter) {
        writer.beginObject()
        writer.endObject()
    }
}
