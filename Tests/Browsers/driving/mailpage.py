"""The mail page in a person's words."""

from .page import until


class MailPage:
    """What is done on the mail page of a window that is signed in."""

    def __init__(self, page):
        self.page = page

    def row(self, subject):
        """The conversation in the list whose row says `subject`."""
        return self.page.role("option", subject, within=".mail-list")

    def rows(self):
        return self.page.css(".mail-list [role=option]").texts()

    def folder(self, name):
        return self.page.css(".folders a", name)

    def go_to(self, name):
        """By the folder's line; who clicks beside it because the lines have just moved clicks again."""
        def is_there():
            if name in self.page.css(".mail-list h1").text():
                return True
            self.folder(name).click()
            return None
        until(is_there, f"the folder {name}")

    def open(self, subject):
        """Opens a conversation by a click, and waits until it is read."""
        row = self.row(subject)
        row.wait()
        x, y = row.point()
        self.page.click_at(x, y)
        self.page.css(".letter h2").wait_text(subject)

    def choose(self, *subjects):
        """Selects conversations by their check marks."""
        for subject in subjects:
            row = self.row(subject)
            row.wait()
            row.hover()
            self.page.click_at(*self.page.call(CHECK, subject))
            row.wait_for(lambda place: place["isSelected"], "be selected")

    def tool(self, name):
        """A button above the list or in the letter."""
        return self.page.button(name, within="main")

    def notice(self, text):
        """Reads what is said in the corner; it stays for whoever points at it."""
        self.page.css(".notices").wait_text(text)
        self.page.css(".notices .notice").hover()

    def undo(self):
        self.page.button("Undo", within=".notices").click()

    def wait_unread(self, folder, count):
        """Until the folder's line says how many are unread."""
        self.folder(folder).wait_for(
            lambda place: str(count) in place["text"] if count else place["text"] == folder, f"say {count}")

    def gone(self, subject):
        self.row(subject).wait_gone()


CHECK = """(subject) => {
  const row = [...document.querySelectorAll('.mail-list [role=option]')].find((each) => each.getAttribute('aria-label').includes(subject));
  const box = row.querySelector('.row-check').getBoundingClientRect();
  return [box.left + box.width / 2, box.top + box.height / 2];
}"""


def server_has(person, subject, condition, words):
    """Waits until the email of that subject at the server meets a condition: what is seen is not yet what is kept."""
    until(lambda: condition(person.email(subject)), f"{subject!r} at the server {words}")
