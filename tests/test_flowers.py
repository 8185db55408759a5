"""The download of the flowers, from a server of our own: all of them or nothing."""

import hashlib
import io
import tarfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest
from PIL import Image

from gan_course.data import flowers, images
from gan_course.data.flowers import download_flowers
from gan_course.errors import CourseError

CLASSES = ["daisy", "dandelion", "roses", "sunflowers", "tulips"]


def pack(files):
    """{name: content} -> the bytes of a .tgz."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


def photograph(number):
    buffer = io.BytesIO()
    pixels = np.random.default_rng(number).integers(0, 256, (80, 100, 3), np.uint8)
    Image.fromarray(pixels).save(buffer, "JPEG")
    return buffer.getvalue()


@pytest.fixture(scope="module")
def archive():
    """A small archive of the same layout: two photographs a class."""
    files = {f"flower_photos/{name}/{number}.jpg": photograph(number) for name in CLASSES for number in range(2)}
    return pack(files | {"flower_photos/LICENSE.txt": b"CC BY 2.0"})


class Server:
    """Answers every request with `content`; says how long it is, unless told to say something else."""

    def __init__(self, content):
        self.content, self.status, self.length, self.requests = content, 200, None, []
        self.breaks_after, self.goes_on, self.stalls = None, True, 0.0
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                outer.requests.append(dict(self.headers))
                first = int(self.headers.get("Range", "bytes=0-")[6:-1]) if outer.goes_on else 0
                self.send_response(206 if first else outer.status)
                self.send_header("Content-Length", str(outer.length or len(outer.content) - first))
                self.end_headers()
                last = len(outer.content) if outer.breaks_after is None else first + outer.breaks_after
                self.wfile.write(outer.content[first:last])
                time.sleep(outer.stalls)

            def log_message(self, *_):
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_port}/flower_photos.tgz"

    def wish(self, content=None):
        """The arguments for `content`, by default what the server has."""
        content = self.content if content is None else content
        return {"url": self.url, "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}


@pytest.fixture
def server(archive, monkeypatch):
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    server = Server(archive)
    threading.Thread(target=server.http.serve_forever, args=[0.01], daemon=True).start()
    yield server
    server.http.shutdown()
    server.http.server_close()


def test_the_archive_is_the_published_one():
    assert flowers.URL == "http://download.tensorflow.org/example_images/flower_photos.tgz"
    assert flowers.SIZE == 228_813_984
    assert flowers.SHA256 == "4c54ace7911aaffe13a365c34f650e71dd5bf1be0a58b464e5a7183e3e595d9c"
    assert download_flowers.__defaults__ == (flowers.URL, flowers.SIZE, flowers.SHA256)


@pytest.mark.parametrize("exists", [False, True])
def test_the_folder_holds_the_classes_and_the_licence_and_nothing_else_is_left(server, tmp_path, exists):
    folder = tmp_path / "data" / "flowers"
    if exists:
        folder.mkdir(parents=True)
    download_flowers(folder, **server.wish())
    assert sorted(path.name for path in folder.iterdir()) == ["LICENSE.txt", *CLASSES]
    assert [path.name for path in folder.parent.iterdir()] == ["flowers"]
    found = images(folder)
    assert found.class_names == CLASSES and np.bincount(found.labels).tolist() == [2] * 5
    assert (folder / "roses" / "1.jpg").read_bytes() == photograph(1)


def test_a_relative_folder_is_beside_the_reader(server, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    download_flowers("flowers", **server.wish())
    assert (tmp_path / "flowers" / "LICENSE.txt").is_file()


def test_nobody_is_asked_to_compress_the_archive_on_the_way(server, tmp_path):
    """What a server packs for the way is unpacked on arrival, and the checksum would be that of something else."""
    download_flowers(tmp_path / "flowers", **server.wish())
    assert server.requests[0]["Accept-Encoding"] == "identity"


def assert_refused(tmp_path, wish, message):
    folder = tmp_path / "flowers"
    with pytest.raises(CourseError, match=message) as caught:
        download_flowers(folder, **wish)
    assert "\n" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_another_archive_is_refused(server, tmp_path, archive):
    server.content = archive[:-1] + bytes([archive[-1] ^ 1])
    assert_refused(tmp_path, server.wish(archive), "is not the archive that the course knows .*: try again")


def test_the_login_page_of_a_hotel_is_refused(server, tmp_path, archive):
    server.content = b"<html>Welcome! Room number?</html>"
    assert_refused(tmp_path, server.wish(archive), "is not the archive that the course knows")


@pytest.mark.parametrize("goes_on", [True, False], ids=["goes on", "starts anew"])
def test_after_a_connection_that_broke_off_the_next_call_has_the_rest(server, tmp_path, archive, goes_on, monkeypatch):
    monkeypatch.setattr(flowers, "PIECE", 1)
    server.breaks_after, server.goes_on = len(archive) // 3, goes_on
    with pytest.raises(CourseError, match=r"cannot download \(no connection, or it broke off\): .*call again to go on"):
        download_flowers(tmp_path / "flowers", **server.wish())
    assert [path.name for path in tmp_path.iterdir()] == [".flowers.part"]
    server.breaks_after = None
    download_flowers(tmp_path / "flowers", **server.wish())
    assert server.requests[-1]["Range"] == f"bytes={len(archive) // 3}-"
    assert [path.name for path in tmp_path.iterdir()] == ["flowers"]
    assert (tmp_path / "flowers" / "roses" / "1.jpg").read_bytes() == photograph(1)


def test_a_server_that_falls_silent_is_not_waited_for(server, tmp_path, archive, monkeypatch):
    monkeypatch.setattr(flowers, "SILENCE_SECONDS", 0.2)
    server.breaks_after, server.stalls = len(archive) // 3, 2.0
    start = time.perf_counter()
    with pytest.raises(CourseError, match="cannot download .*call again to go on"):
        download_flowers(tmp_path / "flowers", **server.wish())
    assert time.perf_counter() - start < 1.5


def test_a_server_that_never_stops_is_left(server, tmp_path, archive):
    wish = server.wish()
    server.content = archive + bytes(10**7)
    download_flowers(tmp_path / "flowers", **wish)
    assert (tmp_path / "flowers" / "LICENSE.txt").is_file()


def test_a_part_of_another_archive_is_thrown_away(server, tmp_path, archive):
    (tmp_path / ".flowers.part").write_bytes(bytes(50))
    assert_refused(tmp_path, server.wish(), "is not the archive that the course knows")
    download_flowers(tmp_path / "flowers", **server.wish())


@pytest.mark.parametrize("status", [404, 500])
def test_an_answer_that_is_an_error_is_told(server, tmp_path, status):
    server.status = status
    assert_refused(tmp_path, server.wish(), rf"cannot download \(the server answered {status}\): check the network")


def test_without_a_network_the_way_by_hand_is_told(server, tmp_path):
    wish = server.wish()
    server.http.shutdown()
    server.http.server_close()
    assert_refused(tmp_path, wish, f"no connection.*or download and unpack {wish['url']} by other means")


@pytest.mark.parametrize("has_filter", [True, False])
def test_nothing_is_unpacked_outside_of_the_folder(server, tmp_path, monkeypatch, has_filter):
    if not has_filter:  # Python 3.11.0 to 3.11.3: the checksum vouches for the archive
        monkeypatch.delattr(tarfile, "data_filter")
        download_flowers(tmp_path / "flowers", **server.wish())
        assert (tmp_path / "flowers" / "LICENSE.txt").is_file()
        return
    server.content = pack({"flower_photos/a": b"fine", "../../evil": b"not fine"})
    inner = tmp_path / "inner"
    inner.mkdir()
    assert_refused(inner, server.wish(), "the archive cannot be unpacked")
    assert list(tmp_path.iterdir()) == [inner]


def packed(**member):
    """The bytes of a .tgz with a file, and a member that is none."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        tar.addfile(tarfile.TarInfo("flower_photos/a"))
        other = tarfile.TarInfo("flower_photos/b")
        for name, value in member.items():
            setattr(other, name, value)
        tar.addfile(other, io.BytesIO(bytes(other.size)))
    return buffer.getvalue()


@pytest.mark.parametrize("has_filter", [True, False])
@pytest.mark.parametrize(
    "member",
    [
        {"type": tarfile.SYMTYPE, "linkname": "../../secret"},
        {"type": tarfile.SYMTYPE, "linkname": "/etc/passwd"},
        {"type": tarfile.SYMTYPE, "linkname": "a"},
        {"type": tarfile.LNKTYPE, "linkname": "../../secret"},
        {"type": tarfile.CHRTYPE, "devmajor": 1, "devminor": 3},
        {"type": tarfile.BLKTYPE},
        {"type": tarfile.FIFOTYPE},
        {"size": 10**6},
    ],
    ids=lambda member: "-".join(map(repr, member.values())),
)
def test_links_devices_and_bombs_are_refused_whatever_the_version_of_python(
    server, tmp_path, monkeypatch, member, has_filter
):
    """A million zeros in a thousand bytes are the bomb."""
    if not has_filter:
        monkeypatch.delattr(tarfile, "data_filter")
    (tmp_path / "secret").write_text("mine")
    server.content = packed(**member)
    assert len(server.content) < 2000
    inner = tmp_path / "inner"
    inner.mkdir()
    assert_refused(inner, server.wish(), "the archive cannot be unpacked")
    assert (tmp_path / "secret").read_text() == "mine"


def test_an_absolute_path_stays_in_the_folder(server, tmp_path):
    outside = tmp_path / "outside"
    server.content = pack({"flower_photos/a": b"fine", str(outside): b"not fine"})
    download_flowers(tmp_path / "flowers", **server.wish())
    assert not outside.exists() and [path.name for path in tmp_path.iterdir()] == ["flowers"]


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
def test_a_proxy_that_does_not_answer_is_named(server, tmp_path, monkeypatch, variable):
    for name in ("no_proxy", "NO_PROXY", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(variable, "http://127.0.0.1:9")  # nobody listens there
    assert_refused(tmp_path, server.wish(), "the proxy that HTTP_PROXY or HTTPS_PROXY names does not answer")
    assert server.requests == []


@pytest.mark.parametrize("url", ["", "flowers.tgz", "file:///etc/passwd", "http://", "ftp://127.0.0.1/x"])
def test_what_is_no_address_is_told(server, tmp_path, url):
    assert_refused(tmp_path, server.wish() | {"url": url}, "cannot download .this is no address of the web.")


@pytest.mark.parametrize("moment", ["fetch", "unpack"])
def test_after_ctrl_c_nothing_is_fetched_twice(server, tmp_path, monkeypatch, moment):
    real = getattr(flowers, moment)

    def interrupted(*arguments):
        real(*arguments)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(flowers, moment, interrupted)
        with pytest.raises(KeyboardInterrupt):
            download_flowers(tmp_path / "flowers", **server.wish())
    assert [path.name for path in tmp_path.iterdir()] == [".flowers.part"]
    download_flowers(tmp_path / "flowers", **server.wish())
    assert len(server.requests) == 1 and [path.name for path in tmp_path.iterdir()] == ["flowers"]


def test_a_full_disk_is_noticed_before_the_download(server, tmp_path):
    assert_refused(tmp_path, server.wish() | {"size": 10**18}, "needs 2100000000000 MB: make room")
    assert server.requests == []


def test_a_disk_that_fills_up_meanwhile_leaves_the_archive_alone(server, tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(flowers, "unpack", full)
    with pytest.raises(CourseError, match=r"cannot write .*flowers \(No space left on device\)"):
        download_flowers(tmp_path / "flowers", **server.wish())
    assert [path.name for path in tmp_path.iterdir()] == [".flowers.part"]


def test_a_folder_with_something_in_it_is_left_alone(server, tmp_path):
    precious = tmp_path / "flowers" / "precious"
    precious.parent.mkdir()
    precious.write_text("mine")
    with pytest.raises(CourseError, match="flowers is not empty: choose another folder"):
        download_flowers(tmp_path / "flowers", **server.wish())
    assert precious.read_text() == "mine" and server.requests == []


@pytest.mark.parametrize("name", ["file", "file/below"])
def test_a_file_in_the_way_is_left_alone(server, tmp_path, name):
    (tmp_path / "file").write_text("mine")
    with pytest.raises(CourseError, match="cannot write .*: choose another folder"):
        download_flowers(tmp_path / name, **server.wish())
    assert (tmp_path / "file").read_text() == "mine" and server.requests == []
