/// Which properties of emails and of their parts are asked for, and so what has to be read for them.
struct EmailSelection {
    let properties: [EmailProperty]
    var partProperties = PartProperty.usual
    /// Whether a multipart in `bodyStructure` lists its children although nobody asked for `subParts`: without them the
    /// structure would say nothing, and the default list of RFC 8621 §4.2 leaves them out.
    var addsSubParts = true
    var fetchesTextValues = false
    var fetchesHTMLValues = false
    var fetchesAllValues = false
    /// Octets of a body value at most; nil: no bound.
    var maximumValue: Int?

    init(_ properties: [EmailProperty]) { self.properties = properties }

    /// Takes the arguments of Email/get that say what to answer with (RFC 8621 §4.2).
    init(_ arguments: inout Arguments) throws {
        try self.init(&arguments, usually: EmailProperty.usual) { [.named(.id)] + $0.filter { $0 != .named(.id) } }
    }

    /// Takes those of Email/parse (RFC 8621 §4.9).
    init(parsing arguments: inout Arguments) throws {
        try self.init(&arguments, usually: EmailProperty.usualOfParsed) { $0 }
    }

    private init(
        _ arguments: inout Arguments, usually usual: [EmailProperty],
        _ complete: ([EmailProperty]) -> [EmailProperty]
    ) throws {
        properties =
            try Self.distinct(arguments.takeOptionalStrings("properties"), EmailProperty.init).map(complete) ?? usual
        if let parts = try Self.distinct(arguments.takeOptionalStrings("bodyProperties"), PartProperty.init) {
            partProperties = parts
            addsSubParts = false
        }
        fetchesTextValues = try arguments.takeBool("fetchTextBodyValues", default: false)
        fetchesHTMLValues = try arguments.takeBool("fetchHTMLBodyValues", default: false)
        fetchesAllValues = try arguments.takeBool("fetchAllBodyValues", default: false)
        let maximum = try arguments.takeOptionalUnsigned("maxBodyValueBytes")
        maximumValue = maximum == 0 ? nil : maximum
    }

    /// Properties that one call may name for emails, and for parts.
    static let maximumProperties = 500

    private static func distinct<Property: Hashable>(
        _ names: [String]?, _ property: (String) throws -> Property
    ) throws -> [Property]? {
        guard names?.count ?? 0 <= maximumProperties else {
            throw MethodError(.requestTooLarge, "More than \(maximumProperties) properties are asked for.")
        }
        var seen: Set<Property> = []
        return try names?.map(property).filter { seen.insert($0).inserted }
    }

    /// Whether the MIME structure is needed beside the email's row.
    var needsStructure: Bool {
        needsOctets || properties.contains(where: \.isPartList)
    }

    /// Whether the message's own header is needed.
    var needsHeader: Bool {
        properties.contains { property in
            switch property {
            case .header, .named(.headers): true
            case .named: false
            }
        }
    }

    /// Whether the parts have to be told apart into bodies and attachments.
    var needsBodyChoice: Bool {
        fetchesTextValues || fetchesHTMLValues
            || properties.contains { $0.isPartList && $0 != .named(.bodyStructure) }
    }

    /// Whether the message's octets are needed.
    var needsOctets: Bool {
        needsHeader
            || properties.contains { property in
                switch property {
                case .named(.bodyValues): fetchesValues
                case .named: property.isPartList && partProperties.contains(where: \.needsOctets)
                case .header: true
                }
            }
    }

    var fetchesValues: Bool { fetchesTextValues || fetchesHTMLValues || fetchesAllValues }
}
