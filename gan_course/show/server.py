"""A server of one page, on this machine only: it hands out what has been seen of a training so far.

It listens on 127.0.0.1, answers only who knows the token in the address, and only if the browser asked for this very
machine: a foreign page that makes its own name point here (DNS rebinding) is refused. It knows a fixed list of paths
and never looks into a folder.
"""

import json
import secrets
import sys
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socketserver import TCPServer
from threading import Event, Lock, Thread

from jinja2 import Template

from gan_course.gallery.static import FOLDER as PLAYER
from gan_course.gallery.static import PLAYER_SCRIPTS
from gan_course.show.seen import Seen

STATIC = Path(__file__).with_name("static")
OWN, PLAYERS = ("show.css", "show.js"), (*PLAYER_SCRIPTS, "player.css")  # what the page asks for, by name
TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".json": "application/json",
    ".png": "image/png",
    ".webp": "image/webp",
}
POLICY = (
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "style-src-attr 'unsafe-inline'",  # the player sets colours on its elements
    "img-src 'self' blob: data:",  # blob: of the page's memory
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
)
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "; ".join(POLICY),
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",  # the address holds the token
    "X-Content-Type-Options": "nosniff",
}
BEAT = 0.25  # seconds from one word about where the training stands to the next
MAX_PAGES = 4  # that are open at a time
TIMEOUT = 10.0  # seconds after which a browser that neither asks nor reads is left alone
LONGEST = 60.0  # seconds that a page may take at the end, if it goes on asking


class ShowServer(ThreadingHTTPServer):
    """Serves the page about `seen`, each request in a thread of its own that does not keep the program from ending.

    Raises:
        OSError: the machine gives no port.
    """

    daemon_threads = True
    block_on_close = False
    allow_reuse_address = False  # on some systems another program could take the same port then

    def __init__(self, seen: Seen):
        super().__init__(("127.0.0.1", 0), Handler)  # 0: a port that is free
        self.seen, self.token = seen, secrets.token_urlsafe(24)
        self.closing, self.lock, self.num_pages = Event(), Lock(), 0
        self.expects_a_page = False  # that a browser was asked to open, and that has not come yet
        self.asked = 0.0  # when something was asked for last
        Thread(target=self.serve_forever, args=(0.1,), daemon=True).start()

    def server_bind(self) -> None:
        """As a plain server does it: HTTPServer would ask a network, where there may be none, for its name."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = self.server_address

    @property
    def address(self) -> str:
        """Of the page; who knows it may look."""
        return f"http://127.0.0.1:{self.server_port}/{self.token}/"

    @contextmanager
    def page(self):
        """Counts a page that is open; gives whether there was room for it."""
        with self.lock:
            room = self.num_pages < MAX_PAGES
            self.num_pages += room
            self.expects_a_page = False
        try:
            yield room
        finally:
            with self.lock:
                self.num_pages -= room

    def finish(self, patience: float = TIMEOUT) -> bool:
        """Close when every page has fetched all there is, or when none has asked for anything for `patience` seconds.

        A page that has everything hangs up. Returns whether there was one, and all of them did.
        """
        began, watched = time.monotonic(), False
        while self.num_pages or self.expects_a_page:
            watched |= self.num_pages > 0
            now = time.monotonic()
            if now - max(began, self.asked) > patience or now - began > LONGEST:
                break
            time.sleep(0.05)
        finished = watched and not self.num_pages
        self.closing.set()
        self.shutdown()
        self.server_close()
        return finished

    def handle_error(self, request, client_address) -> None:
        """A browser that goes away in the middle of an answer, or stops reading, is no error."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


def page(title: str) -> str:
    """The page itself."""
    template = Template((STATIC / "show.html").read_text(encoding="utf-8"), autoescape=True, trim_blocks=True)
    return template.render(title=title, scripts=PLAYER_SCRIPTS)


class Handler(BaseHTTPRequestHandler):
    """Answers one request."""

    server: ShowServer
    timeout = TIMEOUT

    def do_GET(self) -> None:
        """A file of the page, the document, a picture, or the words about where the training stands."""
        if self.headers.get("Host", "").partition(":")[0] not in ("127.0.0.1", "localhost"):
            return self.answer(403)
        token, slash, name = self.path.partition("?")[0].removeprefix("/").partition("/")
        if not slash or not secrets.compare_digest(token.encode(), self.server.token.encode()):
            return self.answer(404)  # a wrong token is told no more than a wrong path
        self.server.asked = time.monotonic()
        if name == "now":
            return self.tell_where_it_stands()
        content = self.content(name)
        if content is None:
            return self.answer(404)
        return self.answer(200, content, TYPES.get(Path(name).suffix, "text/html; charset=utf-8"))

    def content(self, name: str) -> bytes | None:
        """What there is by a name behind the token; None if there is nothing."""
        if name == "":
            return page(self.server.seen.title).encode()
        if name in OWN:
            return (STATIC / name).read_bytes()
        if name in PLAYERS:
            return (PLAYER / name).read_bytes()
        if name == "recording.json":
            return json.dumps(self.server.seen.document()).encode()
        return self.server.seen.picture(name)

    def answer(self, status: int, content: bytes = b"", kind: str = "text/plain") -> None:
        """The whole of an answer."""
        self.begin(status, kind, {"Content-Length": str(len(content))})
        self.wfile.write(content)

    def begin(self, status: int, kind: str, headers: dict[str, str] | None = None) -> None:
        """The head of an answer."""
        self.send_response(status)
        for name, value in {"Content-Type": kind, **HEADERS, **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()

    def tell_where_it_stands(self) -> None:
        """Server-sent events, one a beat, until the page hangs up or the server closes."""
        with self.server.page() as room:
            if not room:
                return self.answer(503)
            self.begin(200, "text/event-stream")
            while True:
                self.wfile.write(f"data: {json.dumps(self.server.seen.now())}\n\n".encode())
                if self.server.closing.wait(BEAT):
                    return

    def version_string(self) -> str:
        """Tells nobody which Python this is."""
        return "gan-course"

    def log_message(self, *_) -> None:
        """Nothing: the terminal belongs to the training."""
