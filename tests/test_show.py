"""A training shown while it runs: who may look, what is to be seen, what it costs, and that it breaks nothing."""

import http.client
import io
import json
import socket
import sys
import threading
import time
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from gan_course.show import page as page_module
from gan_course.show import watching
from gan_course.show.page import open_page
from gan_course.show.seen import ENDED, FAILED, PREPARING, TRAINING, Seen
from gan_course.show.server import MAX_PAGES, ShowServer
from gan_course.show.watching import Feeder, harmless
from gan_course.training.history import History
from gan_course.viz.gif import GifRecorder
from gan_course.viz.recording import Recording

NAMES = {"name": "<script>alert(1)</script>", "title": "DCGAN", "lesson": "dcgan"}


def frame(level):
    """Four grey cells of 4x4, of one level."""
    picture = np.full((10, 10), 128, np.uint8)
    for top, left in ((0, 0), (0, 6), (6, 0), (6, 6)):
        picture[top : top + 4, left : left + 4] = level
    return picture


def recording(num_steps=100):
    return Recording(**NAMES, frames=frame(0)[None], steps=[], seconds=[], num_steps=num_steps)


@pytest.fixture
def seen():
    seen = Seen("share")
    seen.begin(recording())
    return seen


@pytest.fixture
def server(seen):
    server = ShowServer(seen)
    yield server
    server.finish(0)


def ask(server, path=None, host=None, name=""):
    """Status, headers and body of the answer to a GET, by default of the page itself."""
    path = f"/{server.token}/{name}" if path is None else path
    host = f"127.0.0.1:{server.server_port}" if host is None else host
    with socket.create_connection(("127.0.0.1", server.server_port), timeout=5) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        return answer.status, answer.headers, answer.read()


# Who may look


def test_whoever_knows_the_address_gets_the_page(server):
    status, headers, body = ask(server)
    assert status == 200 and headers["Content-Type"].startswith("text/html") and b"<title>" in body
    assert server.address.startswith("http://127.0.0.1:") and server.address.endswith(f"/{server.token}/")


def test_every_server_has_a_token_of_its_own_that_nobody_guesses(seen):
    servers = [ShowServer(seen) for _ in range(3)]
    assert len({server.token for server in servers}) == 3 and all(len(server.token) >= 32 for server in servers)
    for server in servers:
        server.finish(0)


@pytest.mark.parametrize("name", ["", "recording.json", "now", "show.js", "frames-0.png"])
def test_without_the_token_there_is_nothing(server, seen, name):
    seen.add_picture(0, frame(0), 0.0)
    wrong = [f"/{name}", f"/{server.token[:-1]}/{name}", f"/{server.token}x/{name}", f"/wrong/{name}", f"//{name}"]
    wrong += [f"/{server.token.swapcase()}/{name}", f"/{server.token}", f"/é/{name}", name or "x"]
    for path in wrong:
        status, _, body = ask(server, path)
        assert (status, body) == (404, b""), path


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "", "[", "0.0.0.0", "::1"]
)
def test_a_name_that_points_here_is_refused_even_with_the_token(server, host):
    status, _, body = ask(server, host=host)
    assert (status, body) == (403, b"")


def test_the_ports_of_a_tunnel_and_the_name_of_this_machine_are_taken(server):
    assert ask(server, host="localhost:8000")[0] == 200


def test_it_listens_on_this_machine_only(server):
    assert server.socket.getsockname()[0] == "127.0.0.1"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # nothing is sent: it asks which address of ours would be used
        except OSError:
            pytest.skip("this machine has no other address")
        own = probe.getsockname()[0]
    if own.startswith("127."):
        pytest.skip("this machine has no other address")
    with pytest.raises(OSError):
        socket.create_connection((own, server.server_port), timeout=2).close()


def test_no_other_paths_are_known(server):
    for name in (
        "../server.py",
        "static/",
        "..%2fserver.py",
        "show.html",
        "__init__.py",
        "frames-99.png",
        "/etc/passwd",
    ):
        assert ask(server, name=name)[0] == 404, name


def test_nothing_is_stored_and_nothing_from_elsewhere_may_run(server):
    _, headers, body = ask(server)
    assert headers["Cache-Control"] == "no-store" and headers["Referrer-Policy"] == "no-referrer"
    policy = dict(rule.split(" ", 1) for rule in headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'" and policy["script-src"] == "'self'"
    assert "Python" not in headers["Server"] and b"http" not in body


def test_only_get_is_answered(server):
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=5)
    connection.request("POST", f"/{server.token}/", b"x")
    assert connection.getresponse().status == 501
