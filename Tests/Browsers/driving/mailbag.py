"""Mail that tests know word by word."""

import dataclasses
import datetime
import email.message
import email.utils

NOW = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)


def pdf(words):
    """A PDF of one page that says `words`."""
    stream = f"BT /F1 24 Tf 60 700 Td ({words}) Tj ET".encode()
    objects = [
        b"<</Type /Catalog /Pages 2 0 R>>", b"<</Type /Pages /Kids [3 0 R] /Count 1>>",
        b"<</Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources <</Font <</F1 5 0 R>>>>>>",
        b"<</Length %d>>\nstream\n%s\nendstream" % (len(stream), stream), b"<</Type /Font /Subtype /Type1 /BaseFont /Helvetica>>"]
    octets, places = b"%PDF-1.4\n", []
    for number, each in enumerate(objects, 1):
        places.append(len(octets))
        octets += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return octets + b"xref\n0 6\n0000000000 65535 f \n%strailer\n<</Size 6 /Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (table, len(octets))


@dataclasses.dataclass
class Letter:
    """A message and where it lies. `age` is in hours; `attachments` are (file name, type, octets)."""

    subject: str
    text: str = "Hello,\n\nthis is all I wanted to say.\n\nGrace\n"
    html: str | None = None
    sender: str = "Grace Hopper <grace@example.org>"
    to: str = "Ada <ada@example.net>"
    folder: str = "inbox"
    keywords: tuple = ()
    age: float = 1
    attachments: tuple = ()
    headers: tuple = ()
    id: str | None = None
    answers: str | None = None
    inline: tuple = ()

    def received(self):
        return (NOW - datetime.timedelta(hours=self.age)).strftime("%Y-%m-%dT%H:%M:%SZ")

    def octets(self):
        message = email.message.EmailMessage()
        message["From"], message["To"], message["Subject"] = self.sender, self.to, self.subject
        message["Date"] = email.utils.format_datetime(NOW - datetime.timedelta(hours=self.age))
        message["Message-ID"] = self.id or f"<{abs(hash((self.subject, self.age, self.text)))}@example.org>"
        if self.answers:
            message["In-Reply-To"] = message["References"] = self.answers
        for name, value in self.headers:
            message[name] = value
        message.set_content(self.text)
        if self.html is not None:
            message.add_alternative(self.html, subtype="html")
            for name, kind, octets in self.inline:
                main, sub = kind.split("/")
                message.get_payload()[-1].add_related(octets, main, sub, cid=f"<{name}>", filename=name)
        for name, kind, octets in self.attachments:
            main, sub = kind.split("/")
            message.add_attachment(octets, main, sub, filename=name)
        return message.as_bytes(policy=message.policy.clone(linesep="\r\n"))


# A picture of one pixel, the smallest there is.
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8cfc000000301010018dd8db00000"
    "000049454e44ae426082")

NEWSLETTER = """<html><head><style>.big {{ font-size: 22px; color: #204080 }} @media (max-width: 500px) {{ .big {{ font-size: 16px }} }}</style></head>
<body><table width="600"><tr><td><h1 class="big">The harvest is in</h1><p>Apples, pears and <b>quinces</b> are here.</p>
<p><img src="cid:apple" alt="An apple" width="40" height="40"> <a href="https://shop.example/apples">Look at the apples</a></p>
<img src="{remote}/picture.png" alt="A far picture" width="200" height="80"><img src="{remote}/open.gif" width="1" height="1" alt="">
</td></tr></table></body></html>"""


def newsletter(remote="http://192.0.2.1"):
    return Letter(
        "News of the orchard", text="The harvest is in.\n", html=NEWSLETTER.format(remote=remote), sender="Orchard <news@orchard.example>",
        age=5, inline=(("apple", "image/png", PIXEL),),
        headers=(("List-Unsubscribe", "<https://orchard.example/leave?who=1>"), ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")))


EVERYDAY = (
    Letter("Lunch on Friday", text="Shall we have lunch on Friday?\n\nGrace\n", age=6, id="<lunch@example.org>"),
    Letter("Re: Lunch on Friday", text="Gladly. At noon?\n\nAlan\n", sender="Alan Turing <alan@example.org>", age=4,
           id="<lunch2@example.org>", answers="<lunch@example.org>"),
    Letter("Re: Lunch on Friday", text="At noon, by the river: https://river.example/map\n\nGrace\n", age=2,
           id="<lunch3@example.org>", answers="<lunch2@example.org>"),
    Letter("The invoice for October", text="Please find it attached.\n", sender="Accounts <accounts@shop.example>", age=3,
           attachments=(("invoice.pdf", "application/pdf", pdf("To be paid in October")), ("notes.txt", "text/plain", b"Paid in full.\n"),
                        ("plan.png", "image/png", PIXEL))),
    newsletter(),
    Letter("Grüße aus Köln", text="Schöne Grüße!\n", sender="Jürgen Groß <juergen@example.de>", age=7, keywords=("$seen", "$flagged")),
    Letter("Minutes of the meeting", age=8, keywords=("$seen",), sender="Katherine Johnson <katherine@example.org>"),
    Letter("A question about the roof", age=9, sender="Neighbour <next@door.example>"),
    Letter("Old photographs", age=24 * 40, folder="Family", keywords=("$seen",)),
    Letter("Win a castle", age=10, folder="junk", sender="Castle <castle@example.com>"),
)


def many(count, first=0):
    """So many short letters, the newest first, named by number."""
    return [Letter(f"Letter number {number}", age=24 + number, sender=f"Writer {number % 7} <writer{number % 7}@example.org>",
                   keywords=("$seen",) if number % 3 else ()) for number in range(first, first + count)]
