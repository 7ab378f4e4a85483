"""The way in and out."""

from driving.runner import test
from driving.stage import PASSWORD


@test("is told that the password was wrong, signs in with the right one, and out again")
def signs_in(world):
    person = world.me(mail=())
    page = world.window()
    page.goto(world.stage.address)
    page.field("User name").fill(person.name)
    page.field("Password").fill("not this one")
    page.button("Sign in").click()
    page.css("[role=alert]").wait_text("wrong")
    page.field("Password").fill(PASSWORD)
    page.press("Enter")
    page.css("main#main").wait()
    page.says(person.name).wait()
    page.reload()
    page.css("main#main").wait()
    # Firefox names what was being asked for when the page was left.
    page.allow("NetworkError when attempting to fetch")
    page.button("Sign out").click()
    page.field("Password").wait()
    page.reload()
    page.field("Password").wait()


@test("reads the page in German")
def german(world):
    world.me(mail=())
    page = world.window(language="de-DE") if world.browser.name == "chromium" else world.window()
    page.goto(world.stage.address)
    page.field("User name" if world.browser.name == "firefox" else "Benutzername").wait()
    assert page.call(WRITTEN) == []


# What the catalogue's patterns give that Intl would write otherwise.
WRITTEN = """async () => {
  const base = document.querySelector('script[type=module]').src.replace(/main\\.js$/, '');
  const {language, number, shortDate} = await import(`${base}core/i18n.js`);
  const other = [];
  const compare = (ours, format, value) => {
    const theirs = format.format(value).replace(/\\s/g, ' ');
    if (ours !== theirs) other.push([ours, theirs]);
  };
  const numbers = new Intl.NumberFormat(language);
  for (const value of [0, 7, 999, 1000, 65139, 1234567, -4321]) compare(number(value), numbers, value);
  for (let month = 0; month < 12; month += 1) {
    const date = new Date(2026, month, 2 * month + 3, 2 * month + 1, 5 * month);
    const styles = [
      [date, {timeStyle: 'short'}], [new Date(2026, 6, 31), {day: 'numeric', month: 'short'}],
      [new Date(2027, 0, 1), {dateStyle: 'short'}]];
    for (const [now, style] of styles) {
      compare(shortDate(date, now), new Intl.DateTimeFormat(language, style), date);
    }
  }
  return other;
}"""
