import JSON
import MailModel
import MailStore

/// What a client may read of a job. `settings` is not among it: it can only be given, as a password may be in it.
enum MaildropJobProperty: String, RecordProperty {
    case id, type, maildropId, state, createdAt, startedAt, endedAt, progress, succeeded, error, poll, test, discovery
}

extension MaildropJob {
    func write(_ property: MaildropJobProperty, _ writer: inout JSONWriter) {
        switch property {
        case .id: writer.value(id)
        case .type: writer.value(kind.rawValue)
        case .maildropId: writer.value(optional: maildrop)
        case .state: writer.value(state.rawValue)
        case .createdAt: writer.value(createdAt.description)
        case .startedAt: writer.value(optional: startedAt?.description)
        case .endedAt: writer.value(optional: endedAt?.description)
        case .progress: writeProgress(&writer)
        case .succeeded:
            if hasEnded { writer.value(hasSucceeded) } else { writer.null() }
        case .error: writer.value(optional: failure) { $1.value(type: $0.type, description: $0.description) }
        case .poll: writer.value(optional: poll) { $0.write(&$1) }
        case .test: writeReport(&writer)
        case .discovery: writer.value(optional: discovery) { $0.write(&$1) }
        }
    }

    private var hasSucceeded: Bool {
        failure == nil && report?.hasSucceeded ?? true && discovery.map { $0.chosen != nil } ?? true
    }

    private func writeProgress(_ writer: inout JSONWriter) {
        guard let progress else { return writer.null() }
        writer.beginObject()
        writer.key("held")
        writer.value(progress.held)
        writer.key("stored")
        writer.value(progress.stored)
        writer.key("pending")
        writer.value(progress.pending)
        writer.endObject()
    }

    private func writeReport(_ writer: inout JSONWriter) {
        guard let report else { return writer.null() }
        writer.beginObject()
        writer.key("pop3")
        report.pop3.write(&writer)
        writer.key("submission")
        writer.value(optional: report.submission) { $0.write(&$1) }
        writer.endObject()
    }
}

extension MaildropTestReport {
    fileprivate func write(_ writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("succeeded")
        writer.value(hasSucceeded)
        writer.key("findings")
        writer.beginArray()
        for finding in findings { finding.write(&writer) }
        writer.endArray()
        writer.key("tlsVersion")
        writer.value(optional: tlsVersion)
        writer.key("tlsCipher")
        writer.value(optional: tlsCipher)
        writer.key("certificates")
        writer.beginArray()
        for certificate in certificates { certificate.write(&writer) }
        writer.endArray()
        writer.key("signInMethod")
        writer.value(optional: signInMethod)
        writer.key("capabilities")
        writer.value(optional: capabilities)
        writer.key("messages")
        writer.value(optional: messages)
        writer.key("octets")
        writer.value(optional: octets)
        writer.endObject()
    }
}

extension MaildropDiscovery {
    fileprivate func write(_ writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("steps")
        writer.beginArray()
        for step in steps {
            writer.beginObject()
            writer.key("source")
            writer.value(step.source)
            writer.key("place")
            writer.value(step.place)
            writer.key("outcome")
            writer.value(step.outcome)
            writer.endObject()
        }
        writer.endArray()
        writer.key("suggestions")
        writer.beginArray()
        for suggestion in suggestions { suggestion.write(&writer) }
        writer.endArray()
        writer.key("chosen")
        writer.value(optional: chosen) { $0.write(&$1) }
        writer.key("submission")
        writer.value(optional: submission) { $0.write(&$1) }
        writer.endObject()
    }
}

extension MaildropDiscovery.Suggestion {
    fileprivate func write(_ writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("host")
        writer.value(host)
        writer.key("port")
        writer.value(port)
        writer.key("security")
        writer.value(security.rawValue)
        writer.key("username")
        writer.value(username)
        writer.key("source")
        writer.value(source)
        writer.key("wantsOAuth")
        writer.value(wantsOAuth)
        writer.endObject()
    }
}

extension MaildropTestReport.Certificate {
    func write(_ writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("sha256")
        writer.value(Hexadecimal.text(sha256))
        writer.key("subject")
        writer.value(optional: subject)
        writer.key("issuer")
        writer.value(optional: issuer)
        writer.key("notBefore")
        writer.value(notBefore.description)
        writer.key("notAfter")
        writer.value(notAfter.description)
        writer.endObject()
    }
}

extension MaildropFinding {
    fileprivate func write(_ writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("severity")
        writer.value(severity.rawValue)
        writer.key("step")
        writer.value(step)
        writer.key("description")
        writer.value(description)
        writer.key("advice")
        writer.value(optional: advice)
        writer.endObject()
    }
}
