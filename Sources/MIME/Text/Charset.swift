/// A character set as far as decoding cares (RFC 2046 §4.1.2).
///
/// iconv is asked only for the names in the table below: a message cannot make the C library load a rare converter.
enum Charset: Equatable, Sendable {
    /// us-ascii, or nothing said: octets of 0x80 and above are guessed at.
    case ascii
    case utf8
    /// Also ISO-8859-1, whose C1 controls nobody ever meant.
    case windows1252
    /// A name that iconv knows.
    case iconv(StaticName)
    case unknown

    struct StaticName: Equatable, Sendable {
        let text: String
    }

    /// Reads a charset parameter or the charset of an encoded-word; case, white space and stray quotes do not matter.
    init(label: some StringProtocol) {
        var name: [UInt8] = []
        for octet in label.utf8.prefix(64) where !ASCII.isWhiteSpace(octet) && octet != ASCII.quote && octet != 0x27 {
            name.append(ASCII.lowercased(octet))
        }
        self = Self.find(String(decoding: name, as: UTF8.self))
    }

    private static func find(_ label: String) -> Charset {
        switch label {
        case "utf-8", "utf8": return .utf8
        case "", "us-ascii", "ascii", "ansi_x3.4-1968", "iso646-us", "646", "x-us-ascii", "7bit": return .ascii
        case "iso-8859-1", "iso8859-1", "iso_8859-1", "latin1", "latin-1", "l1", "windows-1252", "cp1252", "x-cp1252",
            "cp-1252", "iso-8859-1-windows-3.1-latin-1", "windows1252", "8859_1", "ibm819", "cp819":
            return .windows1252
        default:
            if let name = iconvNames[label] { return .iconv(StaticName(text: name)) }
            return numbered(label)
        }
    }

    /// The families whose labels differ only by a number.
    private static func numbered(_ label: String) -> Charset {
        for prefix in ["iso-8859-", "iso8859-", "iso_8859-"] where label.hasPrefix(prefix) {
            // A trailing -i or -e says in which order Hebrew and Arabic are stored, not how they are encoded.
            let number = label.dropFirst(prefix.count).split(separator: "-").first.flatMap { Int($0) }
            if let number, (2...16).contains(number), number != 12 {
                return .iconv(StaticName(text: "ISO-8859-\(number)"))
            }
        }
        for prefix in ["windows-", "cp", "x-cp", "windows"] where label.hasPrefix(prefix) {
            if let number = Int(label.dropFirst(prefix.count)), (1250...1258).contains(number) {
                return .iconv(StaticName(text: "CP\(number)"))
            }
        }
        return .unknown
    }

    private static let iconvNames: [String: String] = [
        "koi8-r": "KOI8-R", "koi8r": "KOI8-R", "koi8": "KOI8-R", "cskoi8r": "KOI8-R", "koi8-u": "KOI8-U",
        "koi8-ru": "KOI8-U", "koi8u": "KOI8-U",
        "shift_jis": "CP932", "shift-jis": "CP932", "sjis": "CP932", "x-sjis": "CP932", "ms_kanji": "CP932",
        "windows-31j": "CP932", "cp932": "CP932", "ms932": "CP932", "csshiftjis": "CP932",
        "euc-jp": "EUC-JP", "eucjp": "EUC-JP", "x-euc-jp": "EUC-JP",
        "iso-2022-jp": "ISO-2022-JP", "csiso2022jp": "ISO-2022-JP", "iso-2022-jp-1": "ISO-2022-JP",
        "iso-2022-jp-2": "ISO-2022-JP-2", "cp50220": "ISO-2022-JP", "iso-2022-jp-ms": "ISO-2022-JP",
        "gb2312": "GB18030", "gb_2312-80": "GB18030", "x-gb2312": "GB18030", "chinese": "GB18030",
        "gb2312-80": "GB18030", "euc-cn": "GB18030", "x-gbk": "GB18030", "gbk": "GB18030", "cp936": "GB18030",
        "ms936": "GB18030", "windows-936": "GB18030", "gb18030": "GB18030", "gb-18030": "GB18030",
        "big5": "BIG5-HKSCS", "big-5": "BIG5-HKSCS", "big5-hkscs": "BIG5-HKSCS", "cn-big5": "BIG5-HKSCS",
        "csbig5": "BIG5-HKSCS", "x-x-big5": "BIG5-HKSCS", "cp950": "CP950", "windows-950": "CP950",
        "euc-kr": "CP949", "euckr": "CP949", "ks_c_5601-1987": "CP949", "ks_c_5601": "CP949", "ksc5601": "CP949",
        "ks_c_5601-1989": "CP949", "ksc_5601": "CP949", "korean": "CP949", "cp949": "CP949", "uhc": "CP949",
        "windows-949": "CP949", "x-windows-949": "CP949", "iso-2022-kr": "ISO-2022-KR", "johab": "JOHAB",
        "euc-tw": "EUC-TW",
        "utf-7": "UTF-7", "unicode-1-1-utf-7": "UTF-7", "utf7": "UTF-7", "x-unicode-2-0-utf-7": "UTF-7",
        "utf-16": "UTF-16", "utf16": "UTF-16", "utf-16le": "UTF-16LE", "utf-16be": "UTF-16BE", "ucs-2": "UTF-16",
        "iso-10646-ucs-2": "UTF-16BE", "unicode": "UTF-16", "utf-32": "UTF-32", "utf-32le": "UTF-32LE",
        "utf-32be": "UTF-32BE",
        "tis-620": "CP874", "tis620": "CP874", "windows-874": "CP874", "cp874": "CP874",
        "latin2": "ISO-8859-2", "latin-2": "ISO-8859-2", "l2": "ISO-8859-2", "latin3": "ISO-8859-3",
        "latin4": "ISO-8859-4", "cyrillic": "ISO-8859-5", "arabic": "ISO-8859-6", "greek": "ISO-8859-7",
        "hebrew": "ISO-8859-8", "latin5": "ISO-8859-9", "latin-5": "ISO-8859-9", "latin6": "ISO-8859-10",
        "latin7": "ISO-8859-13", "latin8": "ISO-8859-14", "latin9": "ISO-8859-15", "latin-9": "ISO-8859-15",
        "latin10": "ISO-8859-16", "logical": "ISO-8859-8", "visual": "ISO-8859-8",
        "macintosh": "MACINTOSH", "mac": "MACINTOSH", "x-mac-roman": "MACINTOSH", "macroman": "MACINTOSH",
        "x-mac-cyrillic": "MAC-CYRILLIC", "ibm437": "CP437", "cp437": "CP437", "ibm850": "CP850", "cp850": "CP850",
        "ibm852": "CP852", "cp852": "CP852", "ibm855": "CP855", "cp855": "CP855", "ibm858": "CP858", "cp858": "CP858",
        "ibm862": "CP862", "cp862": "CP862", "ibm866": "CP866", "cp866": "CP866", "cp-866": "CP866", "viscii": "VISCII",
        "tcvn": "TCVN", "armscii-8": "ARMSCII-8", "georgian-ps": "GEORGIAN-PS",
    ]
}
