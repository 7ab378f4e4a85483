/// A PatchObject (RFC 8620 §5.3): paths of JSON Pointer form with an implied leading solidus, each with its new value.
public struct PatchObject: Sendable {
    public struct Patch: Sendable {
        /// The pointer's tokens; never empty.
        public let path: [String]
        /// Null restores the default or removes what the path names.
        public let value: JSONValue
    }

    /// Why an update is not a patch of the object at hand.
    public struct Failure: Error, Hashable, Sendable {
        public let description: String
    }

    public let patches: [Patch]

    /// Fails when a path is no pointer, or one path is another one's prefix.
    public init(_ object: JSONObject) throws(Failure) {
        var patches: [Patch] = []
        for member in object.members {
            guard let pointer = JSONPointer("/" + member.key) else {
                throw Failure(description: "the path \(member.key.debugDescription) is not a JSON Pointer")
            }
            patches.append(Patch(path: pointer.tokens, value: member.value))
        }
        try Self.refusePrefixes(patches)
        self.patches = patches
    }

    /// The names of the object's own properties that the patch touches, each once, in its order.
    public var properties: [String] {
        var seen: Set<String> = []
        return patches.compactMap { patch in
            patch.path.first.flatMap { seen.insert($0).inserted ? $0 : nil }
        }
    }

    /// `object` with all patches applied. A null value removes the member; what that means for a property with a
    /// default is the caller's to say.
    public func applied(to object: JSONObject) throws(Failure) -> JSONObject {
        var result = object
        for patch in patches { try Self.apply(patch.path[...], patch.value, to: &result) }
        return result
    }

    private static func apply(
        _ path: ArraySlice<String>, _ value: JSONValue, to object: inout JSONObject
    ) throws(Failure) {
        guard let name = path.first else { return }
        let rest = path.dropFirst()
        guard !rest.isEmpty else {
            object[name] = value.isNull ? nil : value
            return
        }
        switch object[name] {
        case .object(var inner)?:
            // Set aside, so that `inner` is the only holder of its members and is changed in place.
            object[name] = .null
            try apply(rest, value, to: &inner)
            object[name] = .object(inner)
        case .array?:
            throw Failure(description: "a patch must not reach into the array \(name.debugDescription)")
        case .null?, .bool?, .integer?, .double?, .string?, nil:
            throw Failure(description: "there is nothing at \(name.debugDescription) to patch within")
        }
    }

    /// Sorted, a prefix stands directly before a path that it is a prefix of.
    private static func refusePrefixes(_ patches: [Patch]) throws(Failure) {
        let sorted = patches.map(\.path).sorted { $0.lexicographicallyPrecedes($1) }
        for (path, next) in zip(sorted, sorted.dropFirst()) where next.starts(with: path) {
            let name = path.joined(separator: "/")
            throw Failure(description: "the path \(name.debugDescription) is given together with one within it")
        }
    }
}
