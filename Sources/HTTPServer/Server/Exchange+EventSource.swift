import HTTPTypes
import Hummingbird
import JMAP
import JSON
import MailModel
import MailStore
import NIOCore
import ServiceLifecycle

extension Exchange {
    /// RFC 8620 §7.3.
    func eventSource() async throws -> Response {
        let query = try EventSourceQuery(target)
        var fields: HTTPFields = [
            .contentType: "text/event-stream", .cacheControl: "no-cache, no-store", .accelBuffering: "no",
        ]
        if context.isWholeConnection { fields[.connection] = "close" }
        guard request.method == .get else { return Response(status: .ok, headers: fields) }
        let source = try core.hub.open(for: principal, abandon: abandon)
        // Opened first: a revocation between the sign-in and here was told to nobody.
        try await refuseIfRevoked()
        let pacer = EventPacer(
            query, current: try await core.jmap.pushState(for: principal),
            lastEventID: request.headers[.lastEventID].flatMap { PushState(eventID: $0) }, now: ContinuousClock.now)
        await context.keepBacklogSmall()
        let attendance = core.store.attend(principal.account)
        let body = ResponseBody { writer in
            defer { withExtendedLifetime(attendance) {} }
            try await stream(source, pacer, to: &writer)
            try await writer.finish(nil)
        }
        return Response(status: .ok, headers: fields, body: body)
    }

    /// A ticket with which whoever asks may have one event source opened that sends no credentials.
    func ticket() -> Response {
        let tickets = core.signIn.tickets
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("ticket")
        writer.value(tickets.issue(to: principal, at: .now))
        writer.key("expiresIn")
        writer.value(Int(tickets.life.components.seconds))
        writer.endObject()
        return .json(writer.bytes)
    }

    /// Ends when the pacer says so, when the device is revoked, when the server stops, or when the client goes away.
    private func stream(
        _ source: OpenEventSource, _ pacer: EventPacer, to writer: inout any ResponseBodyWriter
    ) async throws {
        defer { source.close() }
        try await request.body.consumeWithCancellationOnInboundClose { _ in
            var pacer = pacer
            while let changed = source.inbox.take() {
                pacer.changed(changed)
                switch pacer.next(at: .now) {
                case .sendState(let changes, let whole):
                    let event = ServerSentEvent.encoded(
                        name: "state", data: whole.stateChange(changes), id: whole.eventID)
                    try await send(event, to: &writer)
                case .sendPing(let interval): try await send(.ping(interval), to: &writer)
                case .wait(let deadline): await source.inbox.wait(until: deadline)
                case .finish: return
                }
                try Task.checkCancellation()
            }
        }
    }

    private func send(_ event: ServerSentEvent, to writer: inout any ResponseBodyWriter) async throws {
        try await writer.write(ByteBuffer(bytes: event.octets))
    }

    /// Closes the channel if the event source has not ended by itself soon: its reader may take nothing any more.
    private func abandon() {
        let channel = context.channel
        channel.eventLoop.scheduleTask(in: TimeAmount(core.configuration.times.eventSourceEnd)) {
            channel.close(promise: nil)
        }
    }
}
