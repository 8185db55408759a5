"""The flower photographs of the TensorFlow tutorials, fetched over the network into a folder of classes.

3,670 photographs from Flickr in five folders: daisy, dandelion, roses, sunflowers, tulips. Licence: CC BY 2.0; the
photographers are named in LICENSE.txt, which comes with them.
"""

import logging
import shutil
import tarfile
import tempfile
from pathlib import Path

from tqdm import tqdm

from gan_course.errors import CourseError

URL = "http://download.tensorflow.org/example_images/flower_photos.tgz"
SIZE = 228_813_984  # bytes of the archive; unpacked, it takes as much again
SHA256 = "4c54ace7911aaffe13a365c34f650e71dd5bf1be0a58b464e5a7183e3e595d9c"
FOLDER = "flower_photos"  # in the archive


def download_flowers(directory: Path, url: str = URL, size: int = SIZE, sha256: str = SHA256) -> None:
    """Fetch the archive, check it, unpack it, and only then call it `directory`: all the flowers, or nothing.

    Args:
        directory: the folder to make, as yet missing or empty.
        url, size, sha256: the archive, its bytes and its checksum.

    Raises:
        CourseError: the folder holds something, the disk is too small, the network fails, or what it sends is not
            the archive. No part of it is left behind then, nor after Ctrl-C.
    """
    directory = Path(directory)
    try:
        if directory.exists() and any(directory.iterdir()):
            raise CourseError(f"{directory} is not empty: choose another folder, or remove it to download it again")
        directory.parent.mkdir(parents=True, exist_ok=True)
        if shutil.disk_usage(directory.parent).free < 2.1 * size:
            raise CourseError(f"{directory} needs {2.1 * size / 1e6:.0f} MB: make room, or choose another disk")
        # Beside the goal, so that the last step is a renaming within one disk.
        with tempfile.TemporaryDirectory(prefix=f".{directory.name}-", dir=directory.parent) as workshop:
            archive = fetch(url, size, sha256, Path(workshop))
            unpack(archive, Path(workshop))
            if directory.exists():
                directory.rmdir()  # empty; Windows would not rename onto it
            (Path(workshop) / FOLDER).rename(directory)
    except (OSError, tarfile.TarError) as error:
        raise CourseError(f"cannot write {directory} ({reason(error)}): choose another folder") from None


def fetch(url: str, size: int, sha256: str, folder: Path) -> Path:
    """Download `url` into `folder` with a progress bar, and check it."""
    import pooch  # it takes a while, and the other data sets do without it

    pooch.get_logger().setLevel(logging.WARNING)
    bar = tqdm(
        desc="flowers", total=size, unit="B", unit_scale=True, leave=False, disable=None
    )  # None: only on a terminal
    plain = {"Accept-Encoding": "identity"}  # the archive's own bytes, compressed or unpacked by nobody on the way
    downloader = pooch.HTTPDownloader(progressbar=bar, chunk_size=2**16, headers=plain)
    help_yourself = f"or download and unpack {url} by other means and use its folder"
    try:
        return Path(pooch.retrieve(url, f"sha256:{sha256}", "archive", folder, downloader=downloader))
    except ValueError:
        raise CourseError(
            f"what came from {url} is not the archive that the course knows (its checksum differs): try again"
            f" in another network, {help_yourself}"
        ) from None
    except OSError as error:
        if error.errno:
            raise  # the disk, not the network
        raise CourseError(
            f"cannot download ({reason(error)}): check the network and try again, {help_yourself}"
        ) from None
    finally:
        bar.close()


def unpack(archive: Path, folder: Path) -> None:
    """Unpack a checked archive, nothing of it outside of `folder`."""
    # Python 3.11 has the filter since 3.11.4. Before, the checksum alone vouches for the archive.
    safe = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
    with tarfile.open(archive) as tar:
        tar.extractall(folder, **safe)


def reason(error: Exception) -> str:
    """What went wrong on the disk or in the network, in a few words."""
    response = getattr(error, "response", None)
    if response is not None:
        return f"the server answered {response.status_code}"
    if isinstance(error, tarfile.TarError):
        return "the archive cannot be unpacked"
    return error.strerror or "no connection, or it broke off"
