"""The digits that come with the course, and what is said when a file of them is damaged."""

import gzip
import hashlib
import shutil

import numpy as np
import pytest

from gan_course.data.mnist import FILES, MNIST_DIR, mnist, read_idx
from gan_course.errors import CourseError

IMAGES, LABELS = "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"

PUBLISHED_MD5 = {  # of the unpacked files
    "train-images-idx3-ubyte": "6bbc9ace898e44ae57da46a324031adb",
    "train-labels-idx1-ubyte": "a25bea736e30d166cdddb491f175f624",
    "t10k-images-idx3-ubyte": "2646ac647ad5339dbf082846283269ea",
    "t10k-labels-idx1-ubyte": "27ae3e4e09519cfbb04c329615203637",
}
TRAINING_LABEL_COUNTS = [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]


@pytest.mark.parametrize("stem", FILES)
def test_files_are_the_published_ones(stem):
    content = gzip.decompress((MNIST_DIR / f"{stem}.gz").read_bytes())
    assert hashlib.md5(content).hexdigest() == PUBLISHED_MD5[stem]


def test_the_readme_of_the_data_lists_the_checksums():
    readme = (MNIST_DIR.parent / "README.md").read_text(encoding="utf-8")
    for stem, (_, checksum) in FILES.items():
        assert stem in readme and checksum in readme


def test_training_set_has_the_published_statistics(training_digits):
    images, labels = training_digits
    assert images.shape == (60_000, 1, 28, 28) and images.dtype == np.float32
    assert labels.shape == (60_000,) and labels.dtype == np.int32
    assert images.min() == -1 and images.max() == 1
    assert np.bincount(labels).tolist() == TRAINING_LABEL_COUNTS
    rows = images.reshape(60_000, 784)
    mean, mean_square = rows.mean(dtype=float), np.einsum("ij,ij->i", rows, rows).mean(dtype=float) / 784
    assert (mean + 1) / 2 == pytest.approx(0.1307, abs=5e-5)  # as probabilities, in [0, 1]
    assert np.sqrt(mean_square - mean**2) / 2 == pytest.approx(0.3081, abs=5e-5)


def test_test_set_has_ten_thousand_digits(test_digits):
    images, labels = test_digits
    assert images.shape == (10_000, 1, 28, 28) and labels.shape == (10_000,)


def test_images_undo_to_the_stored_bytes(test_digits):
    stored = gzip.decompress((MNIST_DIR / f"{IMAGES}.gz").read_bytes())[16:]
    pixels = np.round((test_digits[0] + 1) * 127.5).astype(np.uint8)
    assert pixels.tobytes() == stored


def test_classes_and_per_class_choose_the_first_of_each(test_digits):
    all_images, all_labels = test_digits
    images, labels = mnist("test", classes=[7, 2], per_class=[3, 5])
    positions = np.sort(np.concatenate([np.flatnonzero(all_labels == 7)[:3], np.flatnonzero(all_labels == 2)[:5]]))
    np.testing.assert_array_equal(labels, all_labels[positions])
    np.testing.assert_array_equal(images, all_images[positions])


def test_classes_alone_keep_every_example_of_them(test_digits):
    _, labels = mnist("test", classes=(0, 9))
    assert len(labels) == np.isin(test_digits[1], (0, 9)).sum()
    assert set(labels) == {0, 9}


def test_one_per_class_number_holds_for_all_ten():
    _, labels = mnist("test", per_class=4)
    assert np.bincount(labels).tolist() == [4] * 10


@pytest.mark.parametrize(
    "wish",
    [
        {"split": "validation"},
        {"classes": []},
        {"classes": [1, 1]},
        {"classes": [10]},
        {"classes": [-1]},
        {"per_class": 0},
        {"per_class": 100_000},
        {"classes": [1, 2], "per_class": [3]},
    ],
    ids=str,
)
def test_impossible_wishes_are_course_errors(wish):
    with pytest.raises(CourseError):
        mnist(**{"split": "test"} | wish)


@pytest.fixture
def folder(tmp_path):
    """A copy of the test set and of the training labels, to be damaged."""
    for stem in (IMAGES, LABELS, "train-labels-idx1-ubyte"):
        shutil.copy(MNIST_DIR / f"{stem}.gz", tmp_path)
    return tmp_path


def repack(path, edit):
    content = bytearray(gzip.decompress(path.read_bytes()))
    path.write_bytes(gzip.compress(edit(content), compresslevel=1))


def edit_a_byte(content):
    content[len(content) // 2] ^= 1
    return content


def count_one_more(content):
    content[7] += 1
    return content


DAMAGE = {
    "missing": lambda path: path.unlink(),
    "empty": lambda path: path.write_bytes(b""),
    "truncated": lambda path: path.write_bytes(path.read_bytes()[:-1000]),
    "a web page": lambda path: path.write_text("<html>404</html>"),
    "a flipped bit in the gzip": lambda path: path.write_bytes(edit_a_byte(bytearray(path.read_bytes()))),
    "an edited byte, recompressed": lambda path: repack(path, edit_a_byte),
    "a wrong count in the header": lambda path: repack(path, count_one_more),
    "bytes missing inside": lambda path: repack(path, lambda content: content[:-1]),
    "bytes too many inside": lambda path: repack(path, lambda content: content + b"\0"),
    "a folder": lambda path: (path.unlink(), path.mkdir()),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_damage_names_the_file_and_the_cure_and_writes_nothing(folder, damage):
    path = folder / f"{LABELS}.gz"
    DAMAGE[damage](path)
    before = contents(folder)
    with pytest.raises(CourseError) as caught:
        mnist("test", directory=folder)
    assert str(path) in str(caught.value)
    assert f"git checkout -- data/mnist/{path.name}" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert contents(folder) == before


def test_training_labels_under_the_name_of_the_test_labels_are_noticed(folder):
    shutil.move(folder / "train-labels-idx1-ubyte.gz", folder / f"{LABELS}.gz")
    with pytest.raises(CourseError, match=f"{LABELS}.*git checkout"):
        mnist("test", directory=folder)


def test_an_intact_copy_is_read_from_any_folder(folder, test_digits):
    np.testing.assert_array_equal(read_idx(folder, LABELS), test_digits[1])


def contents(folder):
    return {path.name: path.read_bytes() if path.is_file() else None for path in folder.iterdir()}
