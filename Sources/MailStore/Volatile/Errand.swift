/// Something that one part of the program wants of a service: the service answers once; an errand that is dropped answers
/// with `closed`.
package struct Errand<Question: Sendable, Answer: Sendable>: Sendable {
    package let question: Question
    private let reply: Reply<Answer>

    init(question: Question, reply: Reply<Answer>) {
        self.question = question
        self.reply = reply
    }

    package func answer(_ answer: Result<Answer, MailStoreError>) { reply.send(answer) }
    package func answer(_ answer: Answer) { reply.send(.success(answer)) }

    /// Sends a question to whoever listens, and waits for the answer.
    static func ask(
        _ question: Question, through feed: Broadcast<Errand>, ifNobody sentence: String
    ) async throws(MailStoreError) -> Answer {
        try await Reply.await(orElse: sentence) { reply in feed.send(Errand(question: question, reply: reply)) }
    }
}
