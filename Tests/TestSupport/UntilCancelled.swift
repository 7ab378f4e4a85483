/// Waits until the task is cancelled: what a peer does that is silent for ever.
public func untilCancelled() async {
    let (stream, continuation) = AsyncStream<Never>.makeStream()
    for await _ in stream {}
    continuation.finish()
}
