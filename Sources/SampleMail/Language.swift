/// What a conversation is written in: its words, and the charsets that its people's programs write them in.
struct Language: Sendable {
    let words: [String]
    let charsets: [Charset]
    let replyPrefix: String
    let quoteLine: String

    /// Half of all conversations are English; the others share the rest.
    static func drawn(by generator: inout SeededGenerator) -> Language {
        generator.chance(0.5) ? english : generator.pick(others)
    }

    /// How its programs send text in `charset`: quoted-printable only where most octets stay as they are.
    func encodings(of charset: Charset) -> [TransferEncoding] {
        switch charset {
        case .ascii: [.sevenBit, .sevenBit, .quotedPrintable]
        case .iso2022jp: [.sevenBit]
        case .latin1: [.eightBit, .quotedPrintable]
        case .koi8r: [.eightBit, .base64]
        case .utf8: isLatin ? [.eightBit, .eightBit, .quotedPrintable, .base64] : [.eightBit, .base64]
        }
    }

    private var isLatin: Bool { !charsets.contains(.koi8r) && !charsets.contains(.iso2022jp) }

    private static let others = [german, french, spanish, russian, japanese]

    private static let english = Language(
        words: split(
            """
            the of to and a in that is for on with as at by from your our about invoice meeting garden holiday school order \
            parcel train photo family dinner ticket report budget server update reply question answer Monday winter summer \
            river bicycle doctor letter music project delivery please thanks tomorrow Friday attached number kitchen window
            """),
        charsets: [.ascii, .ascii, .utf8], replyPrefix: "Re: ", quoteLine: "wrote:")

    private static let german = Language(
        words: split(
            """
            der die das und für über mit von Straße Übung Rechnung Küche Gärten Prüfung Schule Zug Bücher Fahrrad Brief \
            Lieferung morgen Grüße danke bitte Größe möglich fünf zwölf Termin Besprechung Urlaub Müller Frühstück
            """),
        charsets: [.utf8, .latin1], replyPrefix: "AW: ", quoteLine: "schrieb:")

    private static let french = Language(
        words: split(
            """
            le la les et pour avec café réunion façade été déjà école élève facture commande livraison vélo rivière lettre \
            musique projet demain merci naïve garçon où être nœud à bientôt hôtel fenêtre cuisine numéro
            """),
        charsets: [.utf8, .utf8], replyPrefix: "Re: ", quoteLine: "a écrit :")

    private static let spanish = Language(
        words: split(
            """
            el la los y para con señor mañana año reunión jardín escuela pedido tren foto familia cena informe río bicicleta \
            médico carta música proyecto entrega gracias ¿cuándo? número cocina ventana niño teléfono
            """),
        charsets: [.utf8, .latin1], replyPrefix: "Re: ", quoteLine: "escribió:")

    private static let russian = Language(
        words: split(
            """
            и в на с по для счет встреча сад школа заказ поезд фото семья ужин отчет сервер вопрос ответ зима лето река \
            велосипед письмо музыка проект доставка спасибо завтра окно кухня номер
            """),
        charsets: [.utf8, .koi8r], replyPrefix: "Re: ", quoteLine: "пишет:")

    private static let japanese = Language(
        words: split(
            """
            ありがとう おはよう かいぎ にわ がっこう ちゅうもん でんしゃ しゃしん かぞく ゆうしょく メール サーバ レポート \
            プロジェクト しつもん こたえ ふゆ なつ かわ じてんしゃ てがみ おんがく あした まど だいどころ
            """),
        charsets: [.utf8, .iso2022jp], replyPrefix: "Re: ", quoteLine: "さん:")

    private static func split(_ text: String) -> [String] { text.split(separator: " ").map(String.init) }
}

/// Somebody who writes and is written to.
struct Person: Sendable {
    let name: String
    let address: String

    static let all: [Person] = givenNames.flatMap { given, ascii in
        familyNames.flatMap { family, asciiFamily in
            ["example.org", "example.net", "example.com"].map {
                Person(name: "\(given) \(family)", address: "\(ascii).\(asciiFamily)@\($0)")
            }
        }
    }

    private static let givenNames = [
        ("Ada", "ada"), ("Ben", "ben"), ("Chloé", "chloe"), ("Дмитрий", "dmitri"), ("Eve", "eve"), ("Farid", "farid"),
        ("Günther", "guenther"), ("はな", "hana"), ("Íñigo", "inigo"), ("Judit", "judit"),
    ]
    private static let familyNames = [
        ("Smith", "smith"), ("García", "garcia"), ("Müller", "mueller"), ("たなか", "tanaka"), ("Okafor", "okafor"),
        ("O'Neil, Jr.", "oneil"),
    ]
}
