/// Messages that tests deliver; line ends become CRLF on the way.
enum Sample {
    static func plain(_ number: Int, subject: String? = nil) -> String {
        """
        From: Sender \(number) <sender\(number)@example.org>
        To: Alice <alice@example.com>
        Subject: \(subject ?? "Message \(number)")
        Date: Sun, 1 Mar 2026 10:00:00 +0100
        Message-ID: <m\(number)@example.org>

        The text of message \(number).

        """
    }

    static func reply(_ number: Int, to parent: Int) -> String {
        """
        From: Bob <bob@example.org>
        To: Alice <alice@example.com>
        Subject: Re: Message \(parent)
        Message-ID: <m\(number)@example.org>
        In-Reply-To: <m\(parent)@example.org>
        References: <m\(parent)@example.org>

        An answer.

        """
    }

    /// Text and HTML side by side, an attachment in base64, and headers of every kind.
    static let rich = """
        Received: from a.example by b.example; Sat, 28 Feb 2026 08:00:00 +0000
        From: "Müller, J." <jm@example.org>, Friends: jane@example.org;
        Sender: =?UTF-8?Q?J=C3=BCrgen?= <j@example.org>
        To: alice@example.com
        Cc: =?ISO-8859-1?Q?Andr=E9?= <andre@example.org>
        Reply-To: list@example.org
        Subject: =?UTF-8?B?R3LDvMOfZQ==?= aus Wien
        Date: Sun, 1 Mar 2026 10:00:00 +0100
        Message-ID: <rich@example.org>
        References: <a@example.org> <b@example.org>
        List-Post: <mailto:list@example.org>
        X-Tag: one
        X-Tag: two
        MIME-Version: 1.0
        Content-Type: multipart/mixed; boundary=outer

        --outer
        Content-Type: multipart/alternative; boundary=inner

        --inner
        Content-Type: text/plain; charset=utf-8
        Content-Transfer-Encoding: quoted-printable

        Gr=C3=BC=C3=9Fe
        aus Wien
        --inner
        Content-Type: text/html; charset=iso-8859-1

        <p>Hello <b>there</b></p>
        --inner--
        --outer
        Content-Type: application/pdf; name="a.pdf"
        Content-Disposition: attachment; filename="b.pdf"
        Content-Transfer-Encoding: base64
        Content-ID: <part@example.org>
        Content-Language: de, en
        Content-Location: http://example.org/a

        SGVsbG8=
        --outer--

        """
}
