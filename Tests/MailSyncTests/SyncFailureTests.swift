import MailModel
import POP3
import Testing
import Transport

@testable import MailSync

@Suite struct SyncFailureTests {
    @Test(arguments: POP3Error.Code.allCases)
    func everyServerErrorHasASentence(code: POP3Error.Code) {
        let failure = SyncFailure(POP3Error(code: code, message: "Something happened.", serverText: "go away"))
        #expect(failure.description.hasSuffix("."))
        #expect(failure.description.count > 15)
    }

    @Test(arguments: TransportError.Code.allCases)
    func everyConnectionErrorKeepsItsSentence(code: TransportError.Code) {
        #expect(SyncFailure(TransportError(code, "What to do.")).description == "What to do.")
    }

    @Test func refusedCredentialsSayWhatToDoAndWhatTheServerSaid() {
        let failure = SyncFailure(
            POP3Error(code: .credentialsRefused, message: "The server refused the sign-in.", serverText: "no such user")
        )
        #expect(failure.kind == .authenticationFailed)
        #expect(failure.description.contains("check both"))
        #expect(failure.description.contains("no such user"))
    }

    @Test func onlyTroubleOnTheWireIsBlamedOnAMessage() {
        #expect(SyncFailure(POP3Error(code: .connectionClosed, message: "")).mayBeOfOneMessage)
        #expect(SyncFailure(POP3Error(code: .unexpectedData, message: "")).mayBeOfOneMessage)
        #expect(!SyncFailure(POP3Error(code: .inUse, message: "")).mayBeOfOneMessage)
        #expect(!SyncFailure(TransportError(.certificateExpired, "")).mayBeOfOneMessage)
    }
}
