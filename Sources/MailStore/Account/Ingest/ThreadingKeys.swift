struct ThreadingKeys: Sendable { var keys: [Int64]; var subject: Int64 }
