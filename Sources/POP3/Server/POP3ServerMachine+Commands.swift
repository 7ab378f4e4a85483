import NIOCore

/// The commands, and those of the TRANSACTION state in particular (RFC 1939 §5, §7).
extension POP3ServerMachine {
    mutating func obey(_ command: Command) {
        switch command {
        case .capabilities:
            writeCapabilities()
        case .quit:
            quit()
        case .startTLS:
            guard case .authorization = state else { return complain("You are signed in already.") }
            startTLS()
        case .user, .pass, .auth:
            guard case .authorization(let userName) = state else { return complain("You are signed in already.") }
            takeCredentials(command, after: userName)
        case .stat, .noop, .reset, .list(nil), .uniqueID(nil):
            guard case .transaction(let transaction) = state else { return complain("Sign in first.") }
            serve(command, transaction)
        case .delete(let number):
            delete(number)
        case .list(let number?), .uniqueID(let number?), .retrieve(let number), .top(let number, lines: _):
            guard case .transaction(let transaction) = state else { return complain("Sign in first.") }
            guard let complaint = transaction.complaint(about: number) else {
                return serve(command, number, transaction)
            }
            err(complaint)
        }
    }

    private mutating func quit() {
        guard case .transaction(let transaction) = state else {
            ok("Goodbye")
            state = .closing
            return
        }
        state = .updating
        pending = .update(deleting: transaction.deletions)
    }

    /// DELE. The transaction is taken out of the state while it changes, so that its marks are not copied each time.
    private mutating func delete(_ number: MessageNumber) {
        guard case .transaction(var transaction) = state else { return complain("Sign in first.") }
        state = .closed
        if let complaint = transaction.complaint(about: number) {
            err(complaint)
        } else {
            transaction.delete(number)
            ok("Message \(number) is marked as deleted")
        }
        state = .transaction(transaction)
    }

    /// A command about the maildrop.
    private mutating func serve(_ command: Command, _ transaction: ServerTransaction) {
        switch command {
        case .stat:
            ok("\(transaction.size.messages) \(transaction.size.octets)")
        case .noop:
            ok()
        case .reset:
            let fresh = ServerTransaction(transaction.maildrop)
            ok("\(fresh.size.messages) messages (\(fresh.size.octets) octets)")
            state = .transaction(fresh)
        case .list:
            ok("\(transaction.size.messages) messages (\(transaction.size.octets) octets)")
            state = .listing(transaction, .scan, next: 1)
        case .uniqueID:
            ok()
            state = .listing(transaction, .uniqueID, next: 1)
        case .capabilities, .startTLS, .user, .pass, .auth, .retrieve, .delete, .top, .quit:
            break
        }
    }

    /// A command about a message that exists.
    private mutating func serve(_ command: Command, _ number: MessageNumber, _ transaction: ServerTransaction) {
        switch command {
        case .list:
            output.writeStaticString("+OK ")
            transaction.writeScanLine(number, to: &output)
        case .uniqueID:
            output.writeStaticString("+OK ")
            transaction.writeUniqueIDLine(number, to: &output)
        case .retrieve:
            state = .opening(transaction, lines: nil)
            pending = .retrieve(number, lines: nil)
        case .top(_, let lines):
            state = .opening(transaction, lines: lines)
            pending = .retrieve(number, lines: lines)
        case .capabilities, .startTLS, .user, .pass, .auth, .stat, .delete, .noop, .reset, .quit:
            break
        }
    }
}
