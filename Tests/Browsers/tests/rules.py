"""Rules: what becomes of mail as it comes."""

from driving.accessibility import check
from driving.mailbag import Letter
from driving.mailpage import MailPage, server_has
from driving.page import until
from driving.runner import test

USING = ["urn:ietf:params:jmap:core", "https://restante.example/ns/jmap/maildrop", "https://restante.example/ns/jmap/rules"]
SHOP = "Shop <offers@shop.example>"


def rules(me):
    return me.device.call("MailRule/get", {"ids": None}, USING)["list"]


def provider(world, me):
    """Whose Inbox is polled for `me`, when somebody asks for it."""
    daemon = world.stage.daemon
    if not hasattr(world.stage, "provider"):
        world.stage.provider = world.person(mail=())
        secret = daemon.add_device(world.stage.provider.name, "the collector")
        daemon.run(
            "maildrop", "add", "shop mail", "--user", me.name, "--host", "127.0.0.1", "--port", str(daemon.pop3), "--security",
            "plain", "--username", world.stage.provider.name, "--password-file", daemon.secret_file("pop3", secret),
            "--interval", "1d")
    return world.stage.provider


def poll(world, me):
    world.stage.daemon.run("maildrop", "poll", "shop mail", "--user", me.name)


@test("makes a rule from a letter: such mail that is here and the next that comes are in the folder")
def from_letter(world):
    me = world.me(mail=(Letter("The first offer", sender=SHOP), Letter("Older offers", sender=SHOP, folder="Offers", age=9)))
    me.device.call("MailRule/set", {"destroy": [rule["id"] for rule in rules(me)]}, USING)
    upstream = provider(world, me)
    page = world.signed_in(me)
    mail = MailPage(page)
    mail.open("The first offer")
    page.button("More for this message").click()
    page.role("menuitem", "Rule from this message").click()
    assert page.field("From").value() == "offers@shop.example"
    page.button("@shop.example", within="dialog").click()
    page.field("Where it goes").choose("To Offers")
    page.role("checkbox", "Mark as read").click()
    page.says("from anybody at").wait()
    page.says("goes to the folder").wait()
    page.role("checkbox", "Also do this with such mail").click()
    if world.browser.name == "chromium":
        check(page, "the dialog of a rule")
    page.button("Make the rule").click()
    mail.gone("The first offer")
    offers = me.folders()["Offers"]["id"]
    server_has(me, "The first offer", lambda email: offers in email["mailboxIds"], "be in the folder")
    name = world.browser.name
    upstream.receive([Letter(f"The next offer, {name}", sender=SHOP), Letter(f"A question, {name}")])
    poll(world, me)
    mail.row(f"A question, {name}").wait()
    server_has(
        me, f"The next offer, {name}",
        lambda email: list(email["mailboxIds"]) == [offers] and "$seen" in email["keywords"], "be filed and read")
    mail.go_to("Offers")
    mail.row(f"The next offer, {name}").wait()
    # By the keyboard alone: off, and gone.
    page.goto(f"{world.stage.address}/#/settings/rules")
    page.role("checkbox", "On: New mail").wait()
    page.call("() => document.querySelector('.rule-on input').focus()")
    page.press("Space")
    until(lambda: not rules(me)[0]["isEnabled"], "the rule off")
    page.button("Remove: New mail").click()
    page.button("Remove", within="dialog").click()
    page.says("There are no rules yet").wait()
    assert rules(me) == []


@test("puts rules in another order, and changes one whose folder is gone", only="chromium")
def in_order(world):
    me = world.me(mail=(Letter("Older offers", sender=SHOP, folder="Offers"),))
    offers = me.folders()["Offers"]["id"]
    me.device.call("MailRule/set", {
        "destroy": [rule["id"] for rule in rules(me)],
        "create": {
            "a": {"name": "One", "conditions": {"from": "@one.example"}, "actions": {"mailboxId": offers}},
            "b": {"name": "Two", "conditions": {"subject": "two"}, "actions": {"isJunk": True}}}}, USING)
    me.device.call("Mailbox/set", {"destroy": [offers], "onDestroyRemoveEmails": True})
    page = world.signed_in(me, "#/settings/rules")
    page.says("is not there any more").wait()
    check(page, "the rules")
    page.button("Further down: New mail from anybody at").click()
    until(lambda: [rule["name"] for rule in rules(me)] == ["Two", "One"], "the other order")
    page.button("Change: New mail from anybody at").click()
    page.field("Where it goes").choose("To Archive")
    page.button("Save the rule").click()
    page.says("is not there any more").wait_gone()
    archive = me.folders()["archive"]["id"]
    until(lambda: rules(me)[1]["actions"]["mailboxId"] == archive, "the archive in its place")
    page.button("New rule").click()
    page.button("Make the rule").click()
    page.says("would take all mail").wait()
    page.press("Escape")
    page.css("dialog[open]").wait_gone()
