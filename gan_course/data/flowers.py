"""The flower photographs of the TensorFlow tutorials, fetched over the network into a folder of classes.

3,670 photographs from Flickr in five folders: daisy, dandelion, roses, sunflowers, tulips. Licence: CC BY 2.0; the
photographers are named in LICENSE.txt, which comes with them.
"""

import hashlib
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

from tqdm import tqdm

from gan_course.errors import CourseError

URL = "http://download.tensorflow.org/example_images/flower_photos.tgz"
SIZE = 228_813_984  # bytes of the archive; unpacked, it takes as much again
SHA256 = "4c54ace7911aaffe13a365c34f650e71dd5bf1be0a58b464e5a7183e3e595d9c"
PIECE = 2**16  # bytes, the most that is lost where the network breaks off
SILENCE_SECONDS = 30  # of a server, until it counts as gone
FOLDER = "flower_photos"  # in the archive


def download_flowers(directory: Path, url: str = URL, size: int = SIZE, sha256: str = SHA256) -> None:
    """Fetch the archive, check it, unpack it, and only then call it `directory`: all the flowers, or nothing.

    Args:
        directory: the folder to make, as yet missing or empty.
        url, size, sha256: the archive, its bytes and its checksum.

    Raises:
        CourseError: the folder holds something, the disk is too small, the network fails, or what it sends is not
            the archive. What came before the network failed, or before Ctrl-C, stays beside `directory`, hidden, and
            the next call goes on from there.
    """
    directory = Path(directory)
    try:
        if directory.exists() and any(directory.iterdir()):
            raise CourseError(f"{directory} is not empty: choose another folder, or remove it to download it again")
        directory.parent.mkdir(parents=True, exist_ok=True)
        if shutil.disk_usage(directory.parent).free < 2.1 * size:
            raise CourseError(f"{directory} needs {2.1 * size / 1e6:.0f} MB: make room, or choose another disk")
        # Beside the goal, so that the last step is a renaming within one disk.
        part = directory.with_name(f".{directory.name}.part")
        fetch(url, size, sha256, part)
        with tempfile.TemporaryDirectory(prefix=f".{directory.name}-", dir=directory.parent) as workshop:
            try:
                unpack(part, Path(workshop), 10 * size)  # photographs are packed already
            except tarfile.TarError:
                part.unlink()  # the next call would fail alike
                raise
            if directory.exists():
                directory.rmdir()  # empty; Windows would not rename onto it
            (Path(workshop) / FOLDER).rename(directory)
        part.unlink()
    except (OSError, tarfile.TarError) as error:
        raise CourseError(f"cannot write {directory} ({reason(error)}): choose another folder") from None


def fetch(url: str, size: int, sha256: str, part: Path) -> None:
    """Download `url` into the file `part`, going on where an earlier call broke off, and check it.

    Raises:
        CourseError: the network fails, and what came so far stays; or it is not the archive, and nothing stays.
    """
    import requests  # it takes a while, and the other data sets do without it

    help_yourself = f"or download and unpack {url} by other means and use its folder"
    try:
        receive(requests, url, size, part)
    except requests.RequestException as error:
        raise CourseError(
            f"cannot download ({reason(error)}): check the network and call again to go on at "
            f"{part.stat().st_size / 1e6 if part.exists() else 0:.0f} MB, {help_yourself}"
        ) from None
    with part.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() == sha256:
            return
    part.unlink()
    raise CourseError(
        f"what came from {url} is not the archive that the course knows (its checksum differs): try again in another "
        f"network, {help_yourself}"
    )


def receive(requests: ModuleType, url: str, size: int, part: Path) -> None:
    """Append to `part` what is missing of `size` bytes, or write it anew where the server cannot go on; no byte more.

    Raises:
        requests.RequestException: the network failed, the server refused, was silent for half a minute or broke off.
    """
    done = part.stat().st_size if part.exists() else 0
    if done >= size:
        return
    headers = {"Accept-Encoding": "identity"}  # the archive's own bytes, packed by nobody on the way
    headers |= {"Range": f"bytes={done}-"} if done else {}
    with requests.get(url, headers=headers, stream=True, timeout=SILENCE_SECONDS) as answer:
        answer.raise_for_status()
        goes_on = answer.status_code == 206
        done = done if goes_on else 0
        bar = tqdm(desc="flowers", initial=done, total=size, unit="B", unit_scale=True, leave=False, disable=None)
        with part.open("ab" if goes_on else "wb") as file, bar:  # disable=None: a bar only on a terminal
            for piece in answer.iter_content(PIECE):
                piece = piece[: size - done]
                file.write(piece)
                done += len(piece)
                bar.update(len(piece))
                if done == size:
                    return


def unpack(archive: Path, folder: Path, limit: int) -> None:
    """Unpack a checked archive of files and folders, nothing of it outside of `folder`, and no more than `limit` bytes.

    Raises:
        tarfile.TarError: it is damaged, or holds something else, or more.
    """
    # Python 3.11 has the filter since 3.11.4. Before, the checksum alone vouches for the paths in the archive.
    safe = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
    with tarfile.open(archive) as tar:
        tar.extractall(folder, checked(tar, limit), **safe)


def checked(tar: tarfile.TarFile, limit: int) -> Iterator[tarfile.TarInfo]:
    """What is in an archive, one after the other, each looked at before it is unpacked."""
    for member in tar:
        limit -= member.size
        if limit < 0 or not (member.isfile() or member.isdir()):  # no links, no devices
            raise tarfile.TarError
        yield member


def reason(error: Exception) -> str:
    """What went wrong on the disk or in the network, in a few words."""
    response = getattr(error, "response", None)
    if response is not None:
        return f"the server answered {response.status_code}"
    if isinstance(error, tarfile.TarError):
        return "the archive cannot be unpacked"
    if "Proxy" in type(error).__name__:  # of requests
        return "the proxy that HTTP_PROXY or HTTPS_PROXY names does not answer"
    if "Invalid" in type(error).__name__ or "Schema" in type(error).__name__:
        return "this is no address of the web"
    return error.strerror or "no connection, or it broke off"
