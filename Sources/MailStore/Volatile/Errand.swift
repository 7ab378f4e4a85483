/// Something that one part of the program wants of a service: the service answers once; an errand that is dropped answers
/// with `closed`.
package struct Errand<Question: Sendable, Answer: Sendable>: Sendable {
    package let question: Question
    private let reply: Reply<Answer>

    package func answer(_ answer: Result<Answer, MailStoreError>) { reply.send(answer) }

    /// Sends a question to whoever listens, and waits for the answer.
    static func ask(
        _ question: Question, through feed: Broadcast<Errand>, ifNobody sentence: String
    ) async throws(MailStoreError) -> Answer {
        try await Reply.await(orElse: sentence) { reply in feed.send(Errand(question: question, reply: reply)) }
    }
}
