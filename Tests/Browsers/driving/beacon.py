"""The server that a sender would like to be asked: it notes every request, and serves what attacks load."""

import collections
import http.server
import threading
import urllib.parse

from .mailbag import PIXEL

Hit = collections.namedtuple("Hit", "id path kind referrer cookie")

# A page without any defence: what is shown stands in a frame, or each in one, that may do all that the page may.
UNDEFENDED = b"""<!doctype html><title>No defence</title><body><script>
var fired = 0;
addEventListener('message', ({data}) => { frame(data); });
function framed(html) {
  const frame = document.createElement('iframe');
  frame.width = 600; frame.height = 300; frame.srcdoc = html;
  return frame;
}
function frame(html) {
  const only = framed(html);
  document.body.replaceChildren(only);
  return new Promise((resolve) => only.addEventListener('load', resolve, {once: true}));
}
function showAll(htmls) {
  document.body.replaceChildren(...htmls.map((html, number) => {
    const place = document.createElement('div');
    place.id = `attack-${number}`;
    place.append(framed(html));
    return place;
  }));
}
</script>"""


class Beacon:
    """Listens on loopback at a port of its own. `address(id)` is what an attack of that id loads from."""

    def __init__(self):
        beacon = self
        self._lock, self._hits = threading.Lock(), []

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                beacon._take(self)

            do_POST = do_HEAD = do_PUT = do_OPTIONS = do_GET

            def log_message(self, *_):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def origin(self):
        return f"http://127.0.0.1:{self._server.server_port}"

    def address(self, name):
        return f"{self.origin}/{name}"

    def show(self, page, htmls):
        """Shows each in a frame of its own, on the page without any defence."""
        page.goto(self.address("-/undefended"))
        page.call("(htmls) => showAll(htmls)", htmls)

    def hits(self, name=None):
        """What was asked for since `forget`, of one attack or of all."""
        with self._lock:
            return [hit for hit in self._hits if name is None or hit.id == name]

    def forget(self):
        with self._lock:
            self._hits = []

    def _take(self, request):
        path = urllib.parse.urlsplit(request.path).path
        length = int(request.headers.get("Content-Length") or 0)
        request.rfile.read(length)
        if path == "/-/undefended":
            return self._answer(request, UNDEFENDED, "text/html")
        if path != "/favicon.ico":
            with self._lock:
                self._hits.append(Hit(
                    path.split("/")[1], path, request.headers.get("Sec-Fetch-Dest", "?"), request.headers.get("Referer"),
                    request.headers.get("Cookie")))
        if path.endswith(".js") or request.headers.get("Sec-Fetch-Dest") == "script":
            return self._answer(request, b"top.fired++", "text/javascript")
        if request.headers.get("Sec-Fetch-Dest") == "style":
            return self._answer(request, b"p { color: green }", "text/css")
        if request.headers.get("Sec-Fetch-Dest") in ("document", "iframe", "frame", "object", "embed"):
            return self._answer(request, b"<!doctype html><title>Beacon</title>here", "text/html")
        return self._answer(request, PIXEL, "image/png")

    @staticmethod
    def _answer(request, body, kind):
        try:
            request.send_response(200)
            request.send_header("Content-Type", kind)
            request.send_header("Content-Length", str(len(body)))
            request.send_header("Access-Control-Allow-Origin", "*")
            request.send_header("Cache-Control", "no-store")
            request.end_headers()
            if request.command != "HEAD":
                request.wfile.write(body)
        except OSError:
            pass

    def close(self):
        self._server.shutdown()
        self._server.server_close()
