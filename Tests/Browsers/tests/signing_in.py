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
