"""axe-core, the same rules in each browser."""

import os

import axe_playwright_python

with open(os.path.join(os.path.dirname(axe_playwright_python.__file__), "axe.min.js"), encoding="utf-8") as file:
    AXE = file.read()

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = """(tags) => axe.run(document, {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations'], iframes: false})
  .then(({violations}) => violations.map(({id, help, nodes}) =>
    `${id}: ${help}\\n` + nodes.slice(0, 4).map(({html, failureSummary}) => `    ${html.slice(0, 200)}\\n      ${failureSummary.replace(/\\n\\s*/g, ' ').slice(0, 300)}`).join('\\n')))"""


def check(page, state):
    """Fails with what WCAG 2.2 AA and the best practices find wrong with a page in some state."""
    if not page.call("() => 'axe' in window"):
        page.run(AXE)
    findings = page.call(RUN, TAGS)
    if findings:
        raise AssertionError(f"{state}: {len(findings)} rules are violated\n  " + "\n  ".join(findings))
