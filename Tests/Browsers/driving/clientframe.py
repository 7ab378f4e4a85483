"""The client's own frame for letters (letter/frame.js), given HTML that nobody went through."""

SHOW = """async (htmls) => {
  const base = new URL(document.querySelector('script[type=module]').src).pathname.replace(/\\/[^/]*$/, '');
  const {Frame} = await import(`${base}/letter/frame.js`);
  window.fired = 0;
  document.body.replaceChildren();
  for (const [number, html] of htmls.entries()) {
    const place = document.createElement('div');
    place.id = `attack-${number}`;
    place.append(new Frame(html, {title: 'A letter', isReply: false, quoted: 'Quoted', onmailto() {}}).element);
    document.body.append(place);
  }
  return true;
}"""


def show(address):
    """What shows letters, each in a frame of its own, on the client's page with the policy that it came with."""
    def put(page, htmls):
        page.goto(address + "/")
        page.css("main").wait()
        page.call(SHOW, htmls)
    return put
