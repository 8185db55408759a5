"""A training shown while it runs: who may look, what there is to be seen, what it costs, and that it breaks nothing."""

import http.client
import json
import socket
import threading
import time
from types import SimpleNamespace

import numpy as np
import pytest

from gan_course.show import page as page_module
from gan_course.show import watching
from gan_course.show.page import open_page
from gan_course.show.replay import replay
from gan_course.show.seen import ENDED, FAILED, PREPARING, TRAINING, Seen
from gan_course.show.server import MAX_PAGES, ShowServer
from gan_course.show.watching import Feeder, harmless
from gan_course.training.history import History
from gan_course.viz.gif import GifRecorder
from gan_course.viz.recording import DOCUMENT, Recording, read_recording, write_recording

HOSTILE = "</title><script>alert(1)</script> \u202e ../"
NAMES = {"name": HOSTILE, "title": HOSTILE, "lesson": "dcgan"}


def frame(level):
    """Four grey cells of 4x4, of one level."""
    picture = np.full((10, 10), 128, np.uint8)
    for top, left in ((0, 0), (0, 6), (6, 0), (6, 6)):
        picture[top : top + 4, left : left + 4] = level
    return picture


def blank(num_steps=100):
    return Recording(**NAMES, frames=frame(0)[None], steps=[], seconds=[], num_steps=num_steps)


@pytest.fixture
def seen():
    seen = Seen(HOSTILE, "share")
    seen.begin(blank())
    return seen


@pytest.fixture
def server(seen):
    server = ShowServer(seen)
    yield server
    server.finish(0)


@pytest.fixture
def clock(monkeypatch):
    """Time stands still for the audience of a training but for `clock.now += seconds`."""
    clock = SimpleNamespace(now=100.0)
    for module in ("show.watching", "show.seen", "viz.stopwatch"):
        monkeypatch.setattr(f"gan_course.{module}.perf_counter", lambda: clock.now)
    return clock


def connect(server, name="", path=None, host=None):
    """A connection that has asked, by default for the page itself."""
    path = f"/{server.token}/{name}" if path is None else path
    host = f"127.0.0.1:{server.server_port}" if host is None else host
    connection = socket.create_connection(("127.0.0.1", server.server_port), timeout=5)
    connection.sendall(f"GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
    return connection


def ask(server, name="", path=None, host=None):
    """Status, headers and body of the answer."""
    with connect(server, name, path, host) as connection:
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        return answer.status, answer.headers, answer.read()


def wait_until(condition, seconds=5):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


# Who may look


def test_whoever_knows_the_address_gets_the_page(server):
    status, headers, body = ask(server)
    assert status == 200 and headers["Content-Type"].startswith("text/html") and b"<title>" in body
    assert server.address == f"http://127.0.0.1:{server.server_port}/{server.token}/"


def test_every_server_has_a_token_of_its_own_that_nobody_guesses(seen):
    servers = [ShowServer(seen) for _ in range(3)]
    assert len({server.token for server in servers}) == 3 and all(len(server.token) >= 32 for server in servers)
    for server in servers:
        server.finish(0)


@pytest.mark.parametrize("name", ["", "recording.json", "now", "show.js", "frames-0.png"])
def test_without_the_token_there_is_nothing(server, seen, name):
    seen.add_picture(0, frame(0), 0.0)
    token = server.token
    wrong = [f"/{name}", f"//{name}", f"/{token[:-1]}/{name}", f"/{token}x/{name}", f"/wrong/{name}", f"/é/{name}"]
    for path in [*wrong, f"/{token.swapcase()}/{name}", f"/{token}", name or "x", f"/?{token}/{name}"]:
        status, _, body = ask(server, path=path)
        assert (status, body) == (404, b""), path


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "", "[", "0.0.0.0", "::1"]
)
def test_a_name_that_points_here_is_refused_even_with_the_token(server, host):
    status, _, body = ask(server, host=host)
    assert (status, body) == (403, b"")


def test_a_tunnel_may_have_another_port(server):
    assert ask(server, host="localhost:8000")[0] == 200


def test_it_listens_on_this_machine_only(server):
    assert server.socket.getsockname()[0] == "127.0.0.1"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # nothing is sent: it tells which address of ours would be used
        except OSError:
            pytest.skip("this machine has no other address")
        own = probe.getsockname()[0]
    if own.startswith("127."):
        pytest.skip("this machine has no other address")
    with pytest.raises(OSError):
        socket.create_connection((own, server.server_port), timeout=2).close()


def test_no_other_paths_are_known(server):
    names = ["../server.py", "static/", "..%2fserver.py", "show.html", "__init__.py", "frames-99.png", "/etc/passwd"]
    assert {name: ask(server, name)[0] for name in names} == dict.fromkeys(names, 404)


def test_nothing_is_stored_and_nothing_from_elsewhere_may_run(server):
    _, headers, body = ask(server)
    assert headers["Cache-Control"] == "no-store" and headers["Referrer-Policy"] == "no-referrer"
    policy = dict(rule.split(" ", 1) for rule in headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'" and policy["script-src"] == "'self'"
    assert "Python" not in headers["Server"] and b"http:" not in body and b"https:" not in body


def test_a_hostile_title_is_text(server):
    body = ask(server)[2].decode()
    assert HOSTILE not in body and "&lt;script&gt;alert(1)" in body
    assert body.count("<script") == body.count('<script src="')


def test_everything_that_the_page_names_is_served(server):
    body = ask(server)[2].decode()
    names = [part.split('"')[0] for mark in ('src="', 'href="') for part in body.split(mark)[1:]]
    answers = {name: ask(server, name) for name in names if not name.startswith("data:")}
    assert len(answers) > 5 and all(status == 200 and content for status, _, content in answers.values())
    assert answers["show.js"][1]["Content-Type"] == "text/javascript"


def test_only_get_is_answered(server):
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=5)
    connection.request("POST", f"/{server.token}/", b"x")
    assert connection.getresponse().status == 501


# What there is to be seen


def test_what_was_seen_is_a_recording(server, seen, tmp_path):
    """Written into a folder as it was served, it is read like any other recording."""
    for step, level in ((0, 10), (5, 90), (9, 200)):
        seen.add(
            step, {"loss": step / 10} if step else {}, {"share": 0.5} if step == 5 else {}, {"digits": {"3": 0.25}}
        )
        seen.add_picture(step, frame(level), step * 2.0)
    document = json.loads(ask(server, "recording.json")[2])
    (tmp_path / DOCUMENT).write_text(json.dumps(document))
    for sheet in document["frames"]["sheets"]:
        status, headers, content = ask(server, sheet["file"])
        assert status == 200 and headers["Content-Type"] == "image/png"
        (tmp_path / sheet["file"]).write_bytes(content)
    recording = read_recording(tmp_path)
    assert recording.steps == [0, 5, 9] and recording.seconds == [0, 10, 18] and recording.name == HOSTILE
    assert np.array_equal(recording.frames, np.stack([frame(level) for level in (10, 90, 200)]))
    assert recording.curves == {"loss": ([5, 9], [0.5, 0.9])} and recording.numbers == {"share": ([5], [0.5])}
    assert recording.bars == {"digits": ([0, 5, 9], {"3": [0.25] * 3})}


def test_before_the_first_picture_there_is_no_document(server):
    assert json.loads(ask(server, "recording.json")[2]) is None


def test_colour_keeps_its_colours(seen):
    picture = np.random.default_rng(0).integers(0, 256, (10, 12, 3), np.uint8)
    seen.add_picture(0, picture, 0.0)
    document = seen.document()
    assert document["frames"]["colour"] and (document["frames"]["height"], document["frames"]["width"]) == (10, 12)


def test_a_long_curve_is_thinned_and_its_end_is_right(seen):
    seen.add_picture(0, frame(0), 0.0)
    for step in range(1, 5001):
        seen.add(step, {"loss": float(step)})
    curve = seen.document()["curves"]["loss"]
    assert len(curve["steps"]) <= 300 and curve["steps"][-1] == 5000 == seen.now()["losses"]["loss"]


def test_numbers_that_are_none_are_null(seen):
    seen.add_picture(0, frame(0), 0.0)
    seen.add(1, {"loss": float("nan")}, {"share": float("inf")})
    text = json.dumps([seen.document(), seen.now()], allow_nan=False)
    assert '"loss": null' in text and '"share": null' in text


def test_where_it_stands_tells_the_number_that_stands_for_all_and_the_time_that_is_left(clock, seen):
    assert seen.now()["seconds_left"] is None and seen.now()["evaluation"] == {}
    seen.add(1, {"loss_d": 1.0, "loss_g": 2.0, "penalty": 3.0}, {"other": 0.1})
    assert seen.now()["evaluation"] == {"other": 0.1}
    clock.now += 30
    seen.add(11, {"loss_d": 1.5, "loss_g": 2.5, "penalty": 3.5}, {"other": 0.2, "share": 0.3})
    now = seen.now()
    assert now["evaluation"] == {"share": 0.3} and now["losses"] == {"loss_d": 1.5, "loss_g": 2.5}
    assert (now["state"], now["step"], now["num_steps"]) == (TRAINING, 11, 100)
    assert now["seconds_left"] == pytest.approx(89 * 3)  # 3 s a step since the first one, which compiled


def test_the_version_grows_with_pictures_evaluations_and_a_second(clock, seen):
    versions = [seen.version]

    def grown():
        versions.append(seen.version)
        return versions[-1] > versions[-2]

    clock.now += 2
    assert [seen.add(1, {"loss": 1.0}), grown()][1]
    assert not [seen.add(2, {"loss": 1.0}), grown()][1]
    assert [seen.add(3, {"loss": 1.0}, {"share": 0.1}), grown()][1]
    assert [seen.add_picture(3, frame(1), 0.0), grown()][1]
    assert not [seen.add_picture(3, frame(1), 0.0), grown()][1]  # of one step there is one picture
    assert [seen.end(ENDED, ""), grown()][1]


# A training that is followed


class Experiment:
    """Looks like a `lessons.experiment.Experiment`; each picture is one level brighter."""

    curves, bars, lines = ("loss_d",), "", {"log 2": 0.69}
    batches = SimpleNamespace(batches_per_epoch=25)
    images = np.zeros((3, 1, 4, 4), np.float32)

    def __init__(self, clock=None, cost=0.0, num_steps=100):
        self.num_steps, self.clock, self.cost, self.drawn = num_steps, clock, cost, 0

    def draw(self):
        self.drawn += 1
        if self.clock:
            self.clock.now += self.cost
        return frame(self.drawn % 256)


def followed(seen, experiment, is_watched=lambda: True, num_frames=5, history=None):
    """A film and a callback that follows it, as `train_lesson` puts them together."""
    history = History() if history is None else history
    film = GifRecorder(experiment.draw, experiment.num_steps, num_frames)
    feeder = Feeder(seen, is_watched, NAMES, experiment, film, history)

    def make_step(step, **numbers):
        losses = {"loss_d": 1.0 / max(step, 1), "accuracy_d": 0.5} if step else {}
        if step:
            history.record(step, **losses, **numbers)
        film(step, losses)
        feeder(step, losses)

    return film, make_step


def test_the_frames_of_the_film_come_all_and_cost_nothing():
    seen, experiment = Seen("GAN"), Experiment(num_steps=12)
    film, make_step = followed(seen, experiment, num_frames=40)
    for step in range(13):
        make_step(step)
    document = seen.document()
    assert document["frames"]["steps"] == film.steps_taken == list(range(13)) and experiment.drawn == 13
    assert document["num_steps"] == 12 and document["steps_per_epoch"] == 25 and document["lines"] == {"log 2": 0.69}
    assert document["grid"] == {"columns": 2, "rows": 2, "cell_width": 4, "cell_height": 4, "gap": 2}
    assert list(document["curves"]) == ["loss_d"]


@pytest.mark.parametrize("cost", [0.01, 0.3])
def test_more_pictures_are_drawn_only_while_somebody_looks_and_take_three_hundredths_at_most(clock, cost):
    seen, experiment, watched = Seen("GAN"), Experiment(clock, cost, num_steps=10_000), False
    film, make_step = followed(seen, experiment, lambda: watched)
    began = clock.now
    for step in range(2001):
        watched = step > 1000
        clock.now += 0.1
        make_step(step)
        if step == 1000:
            assert experiment.drawn == len(film.frames)
    more = experiment.drawn - len(film.frames)
    assert 2 < more and more * cost <= watching.SHARE * (clock.now - began)
    assert more <= 100 / watching.PAUSE and len(seen.document()["frames"]["steps"]) == experiment.drawn


def test_a_long_training_has_pictures_that_fit_into_memory(clock):
    seen, experiment = Seen("GAN"), Experiment(clock, 0.001, num_steps=10**6)
    _, make_step = followed(seen, experiment)
    for step in range(10_000):
        clock.now += 3.6  # ten hours in all
        make_step(step)
    assert 100 < experiment.drawn < 500


def test_evaluations_are_numbers_and_bars_and_what_came_before_is_told_when_a_training_goes_on():
    seen, history = Seen("GAN"), History()
    for step in range(1, 5):
        numbers = {"share": 0.7, "mode_share_face_on": 0.2, "mode_share_odd": 0.8} if step % 2 == 0 else {}
        history.record(step, loss_d=float(step), accuracy_d=0.5, **numbers)
    film, make_step = followed(seen, Experiment(), num_frames=2, history=history)
    film.frames, film.steps_taken, film.seconds = [frame(1), frame(2)], [0, 3], [0.0, 30.0]
    make_step(5, share=0.9)
    document = seen.document()
    assert document["curves"] == {"loss_d": {"steps": [1, 2, 3, 4, 5], "values": [1, 2, 3, 4, 0.2]}}
    assert document["numbers"] == {"share": {"steps": [2, 4, 5], "values": [0.7, 0.7, 0.9]}}
    heights = {"face on": [0.2, 0.2], "odd": [0.8, 0.8]}
    assert document["bars"] == {"mode_share": {"steps": [2, 4], "values": heights}}
    assert document["frames"]["steps"] == [0, 3] and document["frames"]["seconds"] == [0, 30]


def test_an_audience_that_fails_ends_no_training(capsys):
    steps = []

    def fail(step, losses):
        steps.append(step)
        raise ValueError("no paint")

    callback = harmless(fail)
    for step in range(3):
        callback(step, {})
    assert steps == [0]
    assert capsys.readouterr().err == "nothing more is shown (ValueError: no paint); the training goes on\n"


# Pages that come, go, and sleep


def test_a_page_is_told_where_the_training_stands_again_and_again(server, seen):
    with connect(server, "now") as page:
        answer = http.client.HTTPResponse(page)
        answer.begin()
        assert answer.headers["Content-Type"] == "text/event-stream"
        assert json.loads(answer.readline()[len("data: ") :])["step"] == 0
        seen.add(7, {"loss": 1.0})
        wait_until(lambda: b'"step": 7' in answer.readline())


def test_a_page_that_is_closed_is_noticed(server):
    page = connect(server, "now")
    wait_until(lambda: server.num_pages == 1)
    page.recv(10)
    page.close()
    wait_until(lambda: server.num_pages == 0)


def test_only_so_many_pages_are_told(server):
    pages = [connect(server, "now") for _ in range(MAX_PAGES)]
    wait_until(lambda: server.num_pages == MAX_PAGES)
    assert ask(server, "now")[0] == 503
    for page in pages:
        page.close()


def test_a_page_that_reads_nothing_holds_nobody_up(server, seen):
    sleeper = connect(server, "now")
    wait_until(lambda: server.num_pages == 1)
    start = time.monotonic()
    for step in range(1, 1000):
        seen.add(step, {"loss": 1.0})
        seen.add_picture(step, frame(step % 256), 0.0)
    assert time.monotonic() - start < 1
    start = time.monotonic()
    assert not server.finish(0.5) and time.monotonic() - start < 3
    sleeper.close()


def test_the_server_waits_for_a_page_that_is_not_done_yet(server):
    page = connect(server, "now")
    wait_until(lambda: server.num_pages == 1)
    threading.Timer(0.5, page.close).start()
    start = time.monotonic()
    assert server.finish(8) and 0.4 < time.monotonic() - start < 6


def test_the_server_waits_for_nobody_where_there_is_no_page(server):
    start = time.monotonic()
    assert not server.finish(8) and time.monotonic() - start < 2
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.1", server.server_port), timeout=2).close()


# From before the training until everybody has all of it


def test_a_page_is_opened_in_the_browser_and_its_address_printed(monkeypatch, capsys):
    opened = []
    monkeypatch.setattr(page_module.webbrowser, "open", lambda address: opened.append(address))
    with open_page(NAMES) as (seen, audience):
        assert seen.now()["state"] == PREPARING
        wait_until(lambda: opened)
    assert f"{opened[0]}\n" in capsys.readouterr().out


def test_without_a_port_the_training_goes_on(monkeypatch, capsys):
    def refuse(seen):
        raise OSError(98, "Address already in use")

    monkeypatch.setattr(page_module, "ShowServer", refuse)
    with open_page(NAMES) as (seen, audience):
        assert audience is None
    assert capsys.readouterr().err == "no page is shown (Address already in use); everything else goes on\n"


@pytest.mark.parametrize("error", [RuntimeError("secret"), KeyboardInterrupt()])
def test_the_page_tells_of_a_training_that_is_broken_off(error):
    with pytest.raises(type(error)), open_page(NAMES, browse=False) as (seen, _):
        raise error
    now = seen.now()
    assert now["state"] == FAILED and now["words"] == "The training was broken off."


def test_at_the_end_the_page_gets_what_the_recording_of_the_run_knows_besides(tmp_path, capsys):
    recording = tmp_path / "recording"
    with open_page(NAMES, recording=recording, browse=False) as (seen, audience):
        seen.begin(blank())
        seen.add_picture(0, frame(3), 0.0)
        known = {"words": [(0, "Healthy.")], "pictures": {"real": frame(9)}, "metrics": {"step": 4}}
        write_recording(
            recording, Recording(**NAMES, frames=frame(3)[None], steps=[0], seconds=[], num_steps=4, **known)
        )
    document = seen.document()
    assert document["words"] == [{"step": 0, "text": "Healthy."}] and document["metrics"] == {"step": 4}
    assert seen.picture(document["pictures"]["real"]["file"]) == (recording / "real.webp").read_bytes()
    assert document["frames"]["sheets"] == [{"file": "frames-0.png", "count": 1, "columns": 1}]


# A recording instead


def test_a_replay_tells_what_was_recorded_in_its_order(monkeypatch):
    monkeypatch.setattr("gan_course.show.replay.FASTEST", 0)
    recording = Recording(
        **NAMES,
        frames=np.stack([frame(level) for level in (1, 2, 3)]),
        steps=[0, 4, 8],
        seconds=[0.0, 0.01, 0.02],
        num_steps=8,
        curves={"loss": ([2, 4, 6, 8], [4.0, None, 2.0, 1.0])},
        numbers={"share": ([4, 8], [0.1, 0.2])},
        bars={"digits": ([8], {"3": [0.5], "4": [0.25]})},
        words=[(4, "Healthy.")],
    )
    seen, states = Seen("GAN", "share"), []
    take = seen.add_picture
    seen.add_picture = lambda *picture: (take(*picture), states.append((seen.now(), seen.document())))
    replay(recording, seen)
    assert [document["frames"]["steps"] for _, document in states] == [[0], [0, 4], [0, 4, 8]]
    assert [document["curves"].get("loss", {}).get("steps") for _, document in states] == [None, [2, 4], [2, 4, 6, 8]]
    assert [now["evaluation"] for now, _ in states] == [{}, {"share": 0.1}, {"share": 0.2}]
    assert states[-1][1]["bars"] == {"digits": {"steps": [8], "values": {"3": [0.5], "4": [0.25]}}}
    assert states[-1][1]["words"] == [{"step": 4, "text": "Healthy."}]
