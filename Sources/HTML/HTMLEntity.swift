/// Character references (HTML standard, "named character references"): the numeric ones and the names in common use.
enum HTMLEntity {
    /// What the reference at `start`, where an `&` stands, means; nil when it is none.
    static func decode(_ bytes: UnsafeRawBufferPointer, at start: Int, limit: Int) -> (
        scalar: Unicode.Scalar, end: Int
    )? {
        guard start + 2 < limit else { return nil }
        if bytes[start + 1] == 0x23 { return numeric(bytes, at: start + 2, limit: limit) }
        var index = start + 1
        while index < limit, index - start <= 12, isNameOctet(bytes[index]) { index += 1 }
        guard index > start + 1,
            let value = names[String(decoding: bytes[start + 1..<index], as: UTF8.self)],
            let scalar = Unicode.Scalar(value)
        else { return nil }
        if index < limit, bytes[index] == 0x3B { return (scalar, index + 1) }
        // Only the oldest names may go without their semicolon.
        return value < 0x100 ? (scalar, index) : nil
    }

    /// What one of the names in common use means.
    static func named(_ name: String) -> Unicode.Scalar? { names[name].flatMap(Unicode.Scalar.init) }

    private static func isNameOctet(_ octet: UInt8) -> Bool { (octet | 0x20) &- 0x61 < 26 || octet &- 0x30 < 10 }

    private static func numeric(
        _ bytes: UnsafeRawBufferPointer, at start: Int, limit: Int
    ) -> (scalar: Unicode.Scalar, end: Int)? {
        let isHexadecimal = bytes[start] | 0x20 == 0x78
        var index = isHexadecimal ? start + 1 : start
        let first = index
        var value: UInt32 = 0
        while index < limit, let digit = digit(bytes[index], isHexadecimal: isHexadecimal) {
            value = min(value &* (isHexadecimal ? 16 : 10) &+ digit, 0x11_0000)
            index += 1
        }
        guard index > first else { return nil }
        if index < limit, bytes[index] == 0x3B { index += 1 }
        return (scalar(value), index)
    }

    private static func digit(_ octet: UInt8, isHexadecimal: Bool) -> UInt32? {
        if octet &- 0x30 < 10 { return UInt32(octet - 0x30) }
        let lower = octet | 0x20
        return isHexadecimal && lower &- 0x61 < 6 ? UInt32(lower - 0x61) + 10 : nil
    }

    private static func scalar(_ value: UInt32) -> Unicode.Scalar {
        let replacement: Unicode.Scalar = "\u{FFFD}"
        guard value != 0 else { return replacement }
        // Numbers from 0x80 to 0x9F are windows-1252's, as browsers read them.
        let meant = (0x80...0x9F).contains(value) ? windows1252[Int(value - 0x80)] : value
        return Unicode.Scalar(meant) ?? replacement
    }

    private static let windows1252: [UInt32] = [
        0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D,
        0x017D, 0x8F, 0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A,
        0x0153, 0x9D, 0x017E, 0x0178,
    ]

    private static let names: [String: UInt32] = {
        var table: [String: UInt32] = [
            "amp": 0x26, "AMP": 0x26, "lt": 0x3C, "LT": 0x3C, "gt": 0x3E, "GT": 0x3E, "quot": 0x22, "QUOT": 0x22,
            "apos": 0x27, "COPY": 0xA9, "REG": 0xAE,
            "OElig": 0x152, "oelig": 0x153, "Scaron": 0x160, "scaron": 0x161, "Yuml": 0x178, "fnof": 0x192,
            "circ": 0x2C6, "tilde": 0x2DC, "ensp": 0x2002, "emsp": 0x2003, "thinsp": 0x2009, "zwnj": 0x200C,
            "zwj": 0x200D, "lrm": 0x200E, "rlm": 0x200F, "ndash": 0x2013, "mdash": 0x2014, "lsquo": 0x2018,
            "rsquo": 0x2019, "sbquo": 0x201A, "ldquo": 0x201C, "rdquo": 0x201D, "bdquo": 0x201E, "dagger": 0x2020,
            "Dagger": 0x2021, "bull": 0x2022, "hellip": 0x2026, "permil": 0x2030, "prime": 0x2032, "Prime": 0x2033,
            "lsaquo": 0x2039, "rsaquo": 0x203A, "oline": 0x203E, "frasl": 0x2044, "euro": 0x20AC, "image": 0x2111,
            "weierp": 0x2118, "real": 0x211C, "trade": 0x2122, "alefsym": 0x2135, "larr": 0x2190, "uarr": 0x2191,
            "rarr": 0x2192, "darr": 0x2193, "harr": 0x2194, "crarr": 0x21B5, "lArr": 0x21D0, "uArr": 0x21D1,
            "rArr": 0x21D2, "dArr": 0x21D3, "hArr": 0x21D4, "forall": 0x2200, "part": 0x2202, "exist": 0x2203,
            "empty": 0x2205, "nabla": 0x2207, "isin": 0x2208, "notin": 0x2209, "ni": 0x220B, "prod": 0x220F,
            "sum": 0x2211, "minus": 0x2212, "lowast": 0x2217, "radic": 0x221A, "prop": 0x221D, "infin": 0x221E,
            "ang": 0x2220, "and": 0x2227, "or": 0x2228, "cap": 0x2229, "cup": 0x222A, "int": 0x222B, "there4": 0x2234,
            "sim": 0x223C, "cong": 0x2245, "asymp": 0x2248, "ne": 0x2260, "equiv": 0x2261, "le": 0x2264, "ge": 0x2265,
            "sub": 0x2282, "sup": 0x2283, "nsub": 0x2284, "sube": 0x2286, "supe": 0x2287, "oplus": 0x2295,
            "otimes": 0x2297, "perp": 0x22A5, "sdot": 0x22C5, "lceil": 0x2308, "rceil": 0x2309, "lfloor": 0x230A,
            "rfloor": 0x230B, "lang": 0x27E8, "rang": 0x27E9, "loz": 0x25CA, "spades": 0x2660, "clubs": 0x2663,
            "hearts": 0x2665, "diams": 0x2666, "check": 0x2713, "star": 0x2606, "starf": 0x2605, "num": 0x23,
            "excl": 0x21, "dollar": 0x24, "percnt": 0x25, "lpar": 0x28, "rpar": 0x29, "ast": 0x2A, "plus": 0x2B,
            "comma": 0x2C, "period": 0x2E, "sol": 0x2F, "colon": 0x3A, "semi": 0x3B, "equals": 0x3D, "quest": 0x3F,
            "commat": 0x40, "lsqb": 0x5B, "bsol": 0x5C, "rsqb": 0x5D, "lowbar": 0x5F, "grave": 0x60, "lbrace": 0x7B,
            "vert": 0x7C, "rbrace": 0x7D, "NewLine": 0x0A, "Tab": 0x09, "hyphen": 0x2010, "horbar": 0x2015,
            "numsp": 0x2007, "puncsp": 0x2008, "hairsp": 0x200A, "shy": 0xAD,
        ]
        add(latin1, from: 0xA0, to: &table)
        add(greekCapitals, from: 0x391, to: &table)
        add(greekSmalls, from: 0x3B1, to: &table)
        return table
    }()

    private static func add(_ list: String, from first: UInt32, to table: inout [String: UInt32]) {
        for (offset, name) in list.split(separator: " ").enumerated() where name != "-" {
            table[String(name)] = first + UInt32(offset)
        }
    }

    /// U+00A0 to U+00FF in order.
    private static let latin1 = """
        nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro \
        para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil \
        Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave \
        Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml \
        igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute \
        thorn yuml
        """

    /// U+0391 to U+03A9 in order; U+03A2 is no letter.
    private static let greekCapitals = """
        Alpha Beta Gamma Delta Epsilon Zeta Eta Theta Iota Kappa Lambda Mu Nu Xi Omicron Pi Rho - Sigma Tau Upsilon Phi Chi \
        Psi Omega
        """

    /// U+03B1 to U+03C9 in order.
    private static let greekSmalls = """
        alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigmaf sigma tau upsilon \
        phi chi psi omega
        """
}
