import Foundation
import Logging

extension Console {
    /// Runs the demo until Ctrl-C. Without `directory` everything lies in a temporary folder, which is deleted at the end.
    public func demo(directory: String?, messages: Int, port: Int) async -> Int32 {
        await reporting {
            let folder = try Self.folder(directory)
            var logger = Logger(label: "restante") { StreamLogHandler.standardError(label: $0) }
            logger.logLevel = .warning
            var demo = Demo(
                directory: folder, messages: messages, port: port,
                farewell: directory == nil
                    ? "Ctrl-C ends it and leaves nothing behind." : "Ctrl-C ends it; the data stays.",
                logger: logger)
            demo.isProcess = true
            Output.print("Inventing \(messages) messages…")
            defer {
                if directory == nil { try? FileManager.default.removeItem(atPath: folder) }
            }
            try await demo.run()
            return 0
        }
    }

    private static func folder(_ directory: String?) throws(CommandError) -> String {
        guard let directory else {
            var template = Array((FileManager.default.temporaryDirectory.path + "/restante-demo-XXXXXX").utf8CString)
            guard let path = mkdtemp(&template) else {
                throw CommandError(
                    .cannotCreate, "No temporary folder could be made: \(String(cString: strerror(errno))).")
            }
            return String(cString: path)
        }
        let path = URL(fileURLWithPath: directory).standardizedFileURL.path
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            guard try FileManager.default.contentsOfDirectory(atPath: path).isEmpty else {
                throw CommandError(.cannotCreate, "\(path) is not empty: name a new folder for the demo.")
            }
        } catch let error as CommandError {
            throw error
        } catch {
            throw CommandError(.cannotCreate, "\(path) cannot be made: \(error.localizedDescription)")
        }
        return path
    }
}
