import Dispatch
import MailModel
import MailStore

/// Answers the calls of one request in their order. Calls that read, one after the other, share one snapshot; each call
/// that writes has a transaction of its own, and what reads after it sees what it did.
struct Dispatcher {
    let methods: [String: Method]
    let using: Set<Capability>

    func run(_ calls: [Request.Invocation], _ exchange: Exchange) async -> Exchange {
        var exchange = exchange
        var rest = calls[...]
        while let call = rest.first {
            switch method(call)?.action {
            case .write(let body)?:
                await write(call, body, &exchange)
                rest = rest.dropFirst()
            case .waiting(let body)?:
                await wait(call, body, &exchange)
                rest = rest.dropFirst()
            case .read?, .pure?, nil:
                let run = rest.prefix(while: isRead)
                await read(run, &exchange)
                rest = rest.dropFirst(run.count)
            }
        }
        return exchange
    }

    private func method(_ call: Request.Invocation) -> Method? {
        methods[call.name].flatMap { $0.isOffered(to: using) ? $0 : nil }
    }

    /// Whether a call belongs to a run of reads; one that names no method does no harm to it.
    private func isRead(_ call: Request.Invocation) -> Bool {
        switch method(call)?.action {
        case .write?, .waiting?: false
        case .read?, .pure?, nil: true
        }
    }

    private func read(_ run: ArraySlice<Request.Invocation>, _ exchange: inout Exchange) async {
        let before = exchange
        do {
            let needsAccount = run.contains {
                if case .read? = method($0)?.action { true } else { false }
            }
            if needsAccount {
                let account = try await before.store.account(before.principal.account, for: before.principal)
                exchange = try await account.read { reader in answer(run, before, reader) }
            } else {
                exchange = await answerAside(run, before)
            }
        } catch {
            // The account could not be opened: nothing of this run has been answered.
            for call in run { exchange.fail(call, Self.accountError(error)) }
        }
    }

    /// Answers calls that need no account. What they take from earlier answers may take a while, and nobody else is to
    /// wait for it: that has a thread of its own.
    private func answerAside(_ run: ArraySlice<Request.Invocation>, _ before: Exchange) async -> Exchange {
        guard run.contains(where: \.hasReferences) else { return answer(run, before, nil) }
        return await withCheckedContinuation { continuation in
            Self.aside.async { continuation.resume(returning: answer(run, before, nil)) }
        }
    }

    private static let aside = DispatchQueue(label: "restante.jmap.references")

    private func answer(
        _ run: ArraySlice<Request.Invocation>, _ before: Exchange, _ reader: AccountReader?
    ) -> Exchange {
        var exchange = before
        for invocation in run {
            do {
                guard let method = method(invocation) else { throw MethodError(.unknownMethod) }
                var call = try exchange.call(invocation)
                switch (method.action, reader) {
                case (.pure(let body), _): try body(&call)
                case (.read(let body), let reader?): try body(&call, reader)
                case (.read, nil), (.write, _), (.waiting, _): throw MethodError(.serverFail)
                }
                try call.checkSize()
                exchange.complete(call, invocation)
            } catch {
                exchange.fail(invocation, error)
            }
        }
        return exchange
    }

    private func write(
        _ invocation: Request.Invocation,
        _ body: @escaping @Sendable (inout MethodCall, AccountWriter) throws -> Void, _ exchange: inout Exchange
    ) async {
        do {
            let account = try await openAccount(exchange)
            let prepared = try exchange.call(invocation)
            let before = exchange
            exchange = try await account.write { writer in
                var exchange = before
                var call = prepared
                try body(&call, writer)
                try call.checkSize()
                exchange.complete(call, invocation)
                return exchange
            }
        } catch {
            exchange.fail(invocation, error)
        }
    }

    private func wait(
        _ invocation: Request.Invocation,
        _ body: @Sendable (inout MethodCall, Account) async throws -> Void, _ exchange: inout Exchange
    ) async {
        do {
            let account = try await openAccount(exchange)
            var call = try exchange.call(invocation)
            try await body(&call, account)
            exchange.complete(call, invocation)
        } catch {
            exchange.fail(invocation, error)
        }
    }

    private func openAccount(_ exchange: Exchange) async throws -> Account {
        do {
            return try await exchange.store.account(exchange.principal.account, for: exchange.principal)
        } catch {
            throw Self.accountError(error)
        }
    }

    private static func accountError(_ error: any Error) -> MethodError {
        if let error = error as? MailStoreError, case .notFound = error.code { return MethodError(.accountNotFound) }
        return MethodError(error)
    }
}
