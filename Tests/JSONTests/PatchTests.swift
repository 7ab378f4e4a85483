import JSON
import Testing

@Suite struct PatchTests {
    private static let email = #"{"id":"e1","keywords":{"$seen":true,"a/b":true},"list":[1,2],"name":"x"}"#

    @Test(arguments: [
        (#"{}"#, email),
        (
            #"{"keywords/$flagged":true,"keywords/$seen":null}"#,
            #"{"id":"e1","keywords":{"a/b":true,"$flagged":true},"list":[1,2],"name":"x"}"#
        ),
        (#"{"keywords/a~1b":null,"name":null}"#, #"{"id":"e1","keywords":{"$seen":true},"list":[1,2]}"#),
        (#"{"keywords":{},"list":[3],"new":1}"#, #"{"id":"e1","keywords":{},"list":[3],"name":"x","new":1}"#),
        (#"{"keywords/missing":null,"absent":null}"#, email),
    ])
    func patches(patch: String, expected: String) throws {
        #expect(try .object(apply(patch)) == parsed(expected))
    }

    @Test(arguments: [
        #"{"keywords":{},"keywords/$seen":true}"#, #"{"keywords/$seen/x":1,"a":0,"keywords/$seen":true}"#,
        #"{"list/0":1}"#, #"{"list/-":1}"#, #"{"absent/a":1}"#, #"{"name/a":1}"#, #"{"absent/a":null}"#, #"{"a~2":1}"#,
    ])
    func refusesWhatIsNoPatch(patch: String) {
        #expect(throws: PatchObject.Failure.self) { try apply(patch) }
    }

    @Test func namesThatShareABeginningAreNotPrefixes() throws {
        let object = try #require(try parsed(#"{"key":1,"keywords":2,"keywords/a":3,"key/b":4}"#).object)
        #expect(throws: PatchObject.Failure.self) { try PatchObject(object) }
        let harmless = try #require(try parsed(#"{"key":1,"keywords":2,"ke/y":3}"#).object)
        #expect(try PatchObject(harmless).properties == ["key", "keywords", "ke"])
    }

    private func apply(_ patch: String) throws -> JSONObject {
        let patch = try #require(try parsed(patch).object)
        return try PatchObject(patch).applied(to: #require(try parsed(Self.email).object))
    }

    @Test func manyPatchesOfOneObjectAreAppliedInPlace() throws {
        var patch = JSONObject()
        for number in 0..<50_000 { patch["keywords/k\(number)"] = .bool(true) }
        let patched = try PatchObject(patch).applied(to: #require(try parsed(Self.email).object))
        #expect(patched["keywords"]?.object?.count == 50_002)
    }
}
