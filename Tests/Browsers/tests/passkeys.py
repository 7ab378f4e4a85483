"""Signing in by finger, face or PIN. Browsers have passkeys under https and at localhost, and at no address."""

from driving.accessibility import check
from driving.runner import sign_in, test
from driving.stage import PASSWORD


def localhost(world):
    return world.stage.address.replace("127.0.0.1", "localhost")


@test("adds a passkey, signs in with it, renames it, and cannot get in with it once it is removed", only="chromium")
def passkey(world):
    person = world.me(mail=())
    page = world.window()
    authenticator = page.authenticator()
    sign_in(page, localhost(world), person)
    page.goto(localhost(world) + "/#/settings/you")
    page.says("You have none yet").wait()
    page.button("Add a passkey").click()
    page.field("Its name").fill("The laptop")
    page.field("Your password here", within="dialog").fill("not this one")
    page.button("Add a passkey", within="dialog").click()
    page.says("That is not your password").wait()
    assert authenticator.credentials() == []
    page.field("Your password here", within="dialog").fill(PASSWORD)
    check(page, "adding a passkey")
    page.button("Add a passkey", within="dialog").click()
    page.button("Rename The laptop").wait()
    kept, = authenticator.credentials()
    assert kept["isResidentCredential"] and kept["rpId"] == "localhost", kept
    check(page, "a passkey in the settings")
    page.button("Rename The laptop").click()
    page.field("Its name").fill("My laptop")
    page.button("Rename", within="dialog").click()
    page.button("Rename My laptop").wait()

    page.button("Sign out").click()
    page.button("Sign in with a passkey").wait()
    check(page, "signing in, with a passkey too")
    # Somebody else's finger. The browser says it in the page's words alone.
    authenticator.knows(False)
    page.button("Sign in with a passkey").click()
    page.says("The browser used no passkey").wait()
    authenticator.knows(True)
    page.button("Sign in with a passkey").click()
    page.css("main#main").wait()
    page.says(person.name).wait()
    assert authenticator.credentials()[0]["signCount"] > kept["signCount"]

    page.goto(localhost(world) + "/#/settings/you")
    page.button("Remove My laptop").click()
    page.button("Remove", within="dialog").click()
    page.says("You have none yet").wait()
    page.button("Sign out").click()
    page.allow("401")
    page.button("Sign in with a passkey").click()
    page.says("Nobody is signed in with this passkey here").wait()
    sign_in(page, localhost(world), person)


# Firefox's virtual authenticator is the Marionette protocol's, and WebDriver BiDi, by which it is driven here, has none: what
# is tested in it is that a page without passkeys has no dead button, and that the password works beside a button that is not dead.
@test("is offered no passkey where a browser has none, and a password everywhere")
def none_at_an_address(world):
    person = world.me(mail=())
    page = world.window()
    sign_in(page, world.stage.address, person)
    page.goto(world.stage.address + "/#/settings/you")
    page.says("None can be added here").wait()
    assert not page.button("Add a passkey").is_there()
    page.button("Sign out").click()
    page.field("Password").wait()
    assert not page.button("Sign in with a passkey").is_there()
    page.goto(localhost(world))
    page.button("Sign in with a passkey").wait()
    sign_in(page, localhost(world), person)
    page.goto(localhost(world) + "/#/settings/you")
    page.button("Add a passkey").wait()
