"""A folder of pictures: what is read must be what was painted, whatever the file."""

import io
import tempfile
import warnings
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image, ImageSequence

from gan_course.data import images
from gan_course.errors import CourseError

RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)
LEVEL = 1 / 127.5  # one step of 8 bits, in [-1, 1]
FORMATS = {
    "jpg": {"format": "JPEG", "quality": 95, "subsampling": 0},
    "png": {"format": "PNG"},
    "webp": {"format": "WEBP", "lossless": True},
    "gif": {"format": "GIF"},
}


def solid(colour, height=64, width=64, mode="RGB"):
    return Image.new(mode, (width, height), colour)


def stripes(*colours, axis, height, width):
    """Equal stripes, side by side (axis 1) or one above the other (axis 0)."""
    canvas = np.zeros((height, width, 3), np.uint8)
    for colour, part in zip(colours, np.array_split(np.arange((height, width)[axis]), len(colours))):
        canvas[(slice(None), part) if axis else part] = colour
    return Image.fromarray(canvas)


def expected(pixels):
    """uint8 `(H, W, C)` -> float32 `(C, H, W)` in [-1, 1], in double precision on the way."""
    return (np.asarray(pixels, np.float64) / 127.5 - 1).transpose(2, 0, 1)


def read_one(picture, name="picture.png", save=None, **options):
    """Write one picture into a folder of its own and read the folder: `(C, H, W)`."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        if isinstance(picture, bytes):
            path.write_bytes(picture)
        else:
            picture.save(path, **(save or {}))
        found = images(Path(folder), **options)
    assert found.skipped == []
    (image,) = found.images
    return image


def noise(height, width, channels=3, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (height, width, channels), np.uint8)


# ---- formats and modes


@pytest.mark.parametrize("ending", FORMATS)
def test_every_format_keeps_its_colours_in_the_order_red_green_blue(ending):
    for colour in (RED, GREEN, BLUE, WHITE, (200, 120, 40)):
        image = read_one(solid(colour), f"a.{ending}", FORMATS[ending])
        assert image.shape == (3, 64, 64) and image.dtype == np.float32
        np.testing.assert_allclose(image, expected(np.full((64, 64, 3), colour)), atol=2 * LEVEL)


@pytest.mark.parametrize("ending", ["png", "webp"])
def test_what_needs_no_scaling_undoes_to_the_stored_levels(ending):
    pixels = noise(48, 64)
    image = read_one(Image.fromarray(pixels), f"a.{ending}", FORMATS[ending], size=(48, 64))
    np.testing.assert_array_equal(np.round((image + 1) * 127.5).transpose(1, 2, 0), pixels)
    np.testing.assert_allclose(image, expected(pixels), atol=1e-6)


def test_the_range_is_from_minus_one_to_one():
    image = read_one(stripes((0, 0, 0), WHITE, axis=1, height=64, width=64))
    assert image.min() == -1 and image.max() == 1


@pytest.mark.parametrize("ending", ["gif", "webp", "png"])
def test_of_an_animation_the_first_frame_counts(ending):
    frames = [solid(RED), solid(GREEN), solid(BLUE)]
    save = FORMATS[ending] | {"save_all": True, "append_images": frames[1:], "duration": 100}
    image = read_one(frames[0], f"a.{ending}", save)
    np.testing.assert_allclose(image, expected(np.full((64, 64, 3), RED)), atol=LEVEL)


def test_a_camera_file_of_several_pictures_is_read_as_its_first():
    buffer = io.BytesIO()
    solid(RED).save(buffer, "MPO", save_all=True, append_images=[solid(BLUE)])
    assert len(list(ImageSequence.Iterator(Image.open(buffer)))) == 2
    np.testing.assert_allclose(read_one(buffer.getvalue(), "a.jpg"), expected(solid(RED)), atol=2 * LEVEL)


def test_a_palette_means_its_colours():
    pixels = np.arange(64 * 64).reshape(64, 64) % 4
    image = Image.new("P", (64, 64))
    image.putpalette(sum((RED, GREEN, BLUE, (1, 2, 3)), ()))
    image.putdata(pixels.ravel().tolist())
    colours = np.array([RED, GREEN, BLUE, (1, 2, 3)])[pixels]
    np.testing.assert_allclose(read_one(image), expected(colours), atol=1e-6)


def test_black_and_white_of_one_bit():
    bits = noise(64, 64, 1)[:, :, 0] > 127
    image = read_one(Image.fromarray(bits))
    np.testing.assert_array_equal(image, np.where(bits, 1, -1)[None].repeat(3, axis=0))


def test_grey_is_three_equal_channels_unless_one_is_asked_for():
    levels = noise(64, 64, 1)
    picture = Image.fromarray(levels[:, :, 0])
    np.testing.assert_allclose(read_one(picture), expected(levels.repeat(3, axis=2)), atol=1e-6)
    np.testing.assert_allclose(read_one(picture, gray=True), expected(levels), atol=1e-6)


def test_16_bits_are_scaled_and_not_clipped():
    levels = np.linspace(0, 65535, 64 * 64).round().astype(np.uint16).reshape(64, 64)
    image = read_one(Image.fromarray(levels), gray=True)
    np.testing.assert_allclose(image[0], levels / 65535 * 2 - 1, atol=0.51 * LEVEL)
    assert image[0, 0, 0] == -1 and image[0, -1, -1] == 1


def test_16_bits_of_every_8_bit_level_give_that_level():
    levels = np.arange(256, dtype=np.uint16).repeat(16).reshape(64, 64)
    image = read_one(Image.fromarray(levels * 257), gray=True)
    np.testing.assert_allclose(image[0], levels / 127.5 - 1, atol=1e-6)


def test_cmyk_is_ink_on_white_paper():
    inks = [(0, 0, 0, 0), (255, 0, 0, 0), (0, 255, 255, 0), (0, 0, 0, 255), (100, 50, 0, 60)]
    for ink in inks:
        cyan_magenta_yellow, black = np.array(ink[:3]), ink[3]
        colour = (255 - cyan_magenta_yellow) * (255 - black) / 255
        image = read_one(solid(ink, mode="CMYK"), "a.jpg", FORMATS["jpg"])
        np.testing.assert_allclose(image[:, 32, 32], colour / 127.5 - 1, atol=4 * LEVEL)


# ---- transparency


def on_white(colour, alpha):
    """What light comes from a film of opacity alpha, 0 to 255, on white paper."""
    return np.asarray(colour) * (alpha / 255) + 255 * (1 - alpha / 255)


@pytest.mark.parametrize("ending", ["png", "webp"])
def test_alpha_is_laid_onto_white(ending):
    pixels = noise(64, 64, 4)
    image = read_one(Image.fromarray(pixels), f"a.{ending}", FORMATS[ending] | {"exact": True})
    np.testing.assert_allclose(image, expected(on_white(pixels[:, :, :3], pixels[:, :, 3:])), atol=1.01 * LEVEL)


def test_grey_with_alpha_is_laid_onto_white():
    pixels = noise(64, 64, 2)
    image = read_one(Image.merge("LA", [Image.fromarray(channel) for channel in pixels.transpose(2, 0, 1)]), gray=True)
    np.testing.assert_allclose(image, expected(on_white(pixels[:, :, :1], pixels[:, :, 1:])), atol=1.01 * LEVEL)


@pytest.mark.parametrize(
    ("mode", "colour", "transparent"), [("RGB", (9, 8, 7), (9, 8, 7)), ("L", 9, 9)], ids=["RGB", "L"]
)
def test_a_colour_declared_transparent_is_white(mode, colour, transparent):
    assert read_one(solid(colour, mode=mode), save={"transparency": transparent}).min() == 1


@pytest.mark.parametrize("ending", ["gif", "png"])
def test_a_transparent_entry_of_a_palette_is_white(ending):
    image = Image.new("P", (64, 64), 1)
    image.putpalette(sum((RED, BLUE), ()))
    image.paste(0, (0, 0, 32, 64))
    read = read_one(image, f"a.{ending}", {"transparency": 1})
    np.testing.assert_allclose(read, expected(stripes(RED, WHITE, axis=1, height=64, width=64)), atol=1e-6)


# ---- EXIF orientation

# What a camera stores of an upright picture, from the EXIF standard: where row 0 and column 0 are seen.
STORED = {
    1: lambda a: a,  # row 0 at the top, column 0 on the left
    2: lambda a: a[:, ::-1],  # top, right
    3: lambda a: a[::-1, ::-1],  # bottom, right
    4: lambda a: a[::-1],  # bottom, left
    5: lambda a: a.swapaxes(0, 1),  # left, top
    6: lambda a: a[:, ::-1].swapaxes(0, 1),  # right, top
    7: lambda a: a[::-1, ::-1].swapaxes(0, 1),  # right, bottom
    8: lambda a: a[::-1].swapaxes(0, 1),  # left, bottom
}


def exif(turn):
    tags = Image.Exif()
    tags[0x0112] = turn
    return tags.tobytes()


@pytest.mark.parametrize("ending", ["png", "webp"])
@given(
    turn=st.sampled_from(list(STORED)),
    pixels=arrays(np.uint8, st.tuples(st.integers(1, 12), st.integers(1, 12), st.just(3))),
)
@settings(max_examples=60)
def test_every_orientation_is_turned_upright(ending, turn, pixels):
    stored = Image.fromarray(np.ascontiguousarray(STORED[turn](pixels)))
    image = read_one(stored, f"a.{ending}", FORMATS[ending] | {"exif": exif(turn)}, size=pixels.shape[:2])
    np.testing.assert_allclose(image, expected(pixels), atol=1e-6)


@pytest.mark.parametrize("turn", STORED)
def test_a_large_jpeg_is_turned_upright_and_its_size_is_the_upright_one(tmp_path, turn):
    upright = stripes(RED, GREEN, BLUE, axis=0, height=900, width=600)
    stored = Image.fromarray(np.ascontiguousarray(STORED[turn](np.asarray(upright))))
    stored.save(tmp_path / "a.jpg", exif=exif(turn), **FORMATS["jpg"])
    found = images(tmp_path, size=(96, 64))
    np.testing.assert_allclose(found.images[0][:, [10, 48, 86], 32], np.eye(3) * 2 - 1, atol=4 * LEVEL)
    assert found.original_sizes.tolist() == [[900, 600]]


@pytest.mark.parametrize("tags", [b"Exif\0\0not at all", b"Exif\0\0II*\0\x08\0\0\0\xff\xff", b"Exif\0\0", exif(99)])
def test_senseless_exif_says_nothing_against_the_picture(tags):
    image = read_one(solid(RED), "a.jpg", FORMATS["jpg"] | {"exif": tags})
    np.testing.assert_allclose(image, expected(solid(RED)), atol=2 * LEVEL)


# ---- grey, scaling, cropping, padding


@given(colour=st.tuples(*[st.integers(0, 255)] * 3))
@settings(max_examples=40)
def test_grey_is_the_luma_of_rec_601(colour):
    image = read_one(solid(colour, 8, 8), gray=True, size=(8, 8))
    assert image.shape == (1, 8, 8)
    np.testing.assert_allclose(image, np.dot(colour, (0.299, 0.587, 0.114)) / 127.5 - 1, atol=1.01 * LEVEL)


@pytest.mark.parametrize("ending", ["png", "jpg"])
def test_detail_too_fine_for_the_size_becomes_its_mean(ending):
    """Every other line black: without a filter before the scaling, all would be black, or white, or a moire."""
    lines = np.zeros((1000, 1000, 3), np.uint8)
    lines[::2] = 255
    image = read_one(Image.fromarray(lines), f"a.{ending}", FORMATS[ending])
    assert np.abs(image[:, 2:-2]).max() < 0.03


@pytest.mark.parametrize("ending", ["png", "jpg"])
@pytest.mark.parametrize("source", [70, 200, 1111])
def test_a_slope_stays_a_slope(ending, source):
    """Scaling must not shift: the pixel at x of 64 shows the slope at (x + 1/2) / 64."""
    slope = (np.arange(source) + 0.5) / source
    levels = np.broadcast_to((slope * 255).round().astype(np.uint8), (source, source))
    image = read_one(Image.fromarray(levels.copy()), f"a.{ending}", FORMATS[ending], gray=True)
    target = (np.arange(64) + 0.5) / 64 * 2 - 1
    np.testing.assert_allclose(image[0, 5:-5, 5:-5], np.broadcast_to(target[5:-5], (54, 54)), atol=1.6 * LEVEL)


def test_the_mean_survives_scaling():
    pixels = np.kron(noise(25, 25), np.ones((16, 16, 1), np.uint8))
    mean = expected(pixels).mean(axis=(1, 2))
    np.testing.assert_allclose(read_one(Image.fromarray(pixels)).mean(axis=(1, 2)), mean, atol=LEVEL)


@pytest.mark.parametrize("size", [(64, 64), (32, 32), (16, 16)], ids=str)
@pytest.mark.parametrize("axis", [0, 1])
def test_crop_keeps_the_centre(axis, size):
    shape = {"height": 600, "width": 200} if axis == 0 else {"height": 200, "width": 600}
    image = read_one(stripes(RED, GREEN, BLUE, axis=axis, **shape), size=size)
    np.testing.assert_allclose(image[:, 1:-1, 1:-1], expected(solid(GREEN, *size))[:, 1:-1, 1:-1], atol=2 * LEVEL)
    # The filter sees a little of what was cut off, the same on both sides.
    np.testing.assert_allclose(image, expected(solid(GREEN, *size)), atol=0.15)
    np.testing.assert_array_equal(image, image[::-1, ::-1, ::-1])


def test_crop_takes_the_largest_part_of_the_wanted_shape():
    """Four stripes, each 100 wide; 200 x 200 of the middle are the inner two."""
    four = stripes(RED, GREEN, BLUE, WHITE, axis=1, height=200, width=400)
    image = read_one(four, size=(50, 50))
    np.testing.assert_allclose(image[:, :, 1:22], expected(solid(GREEN, 50, 21)), atol=2 * LEVEL)
    np.testing.assert_allclose(image[:, :, 28:49], expected(solid(BLUE, 50, 21)), atol=2 * LEVEL)


def test_size_is_height_then_width():
    image = read_one(stripes(RED, BLUE, axis=0, height=60, width=30), size=(20, 10))
    assert image.shape == (3, 20, 10)
    np.testing.assert_allclose(image[:, :8], expected(solid(RED, 8, 10)), atol=LEVEL)


@pytest.mark.parametrize("ending", ["png", "jpg"])
def test_any_aspect_ratio_gives_an_image_with_something_on_it(ending):
    for height, width in [(1, 1), (1, 3000), (3000, 1), (2, 999), (7, 5)]:
        image = read_one(solid(RED, height, width), f"a.{ending}", FORMATS[ending], size=(32, 48))
        assert image.shape == (3, 32, 48)
        np.testing.assert_allclose(
            image, np.broadcast_to(np.reshape((1, -1, -1), (3, 1, 1)), image.shape), atol=2 * LEVEL
        )


# ---- folders, classes, order


def paint(folder, *names, colour=RED):
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        solid(colour, 8, 8).save(path, format="PNG")


def test_files_of_the_folder_itself_are_one_class_in_sorted_order(tmp_path):
    folder = tmp_path / "photos"
    for position, name in enumerate(["b.png", "a.png", "C.PNG", "d.Jpg"]):
        paint(folder, name, colour=(position, 0, 0))
    found = images(folder)
    assert found.class_names == ["photos"] and found.labels.tolist() == [0] * 4 and found.labels.dtype == np.int32
    assert np.round((found.images[:, 0, 0, 0] + 1) * 127.5).tolist() == [2, 1, 0, 3]  # C, a, b, d


def test_sub_folders_are_classes_with_all_that_lies_below_them(tmp_path):
    paint(tmp_path, "tulips/1.png", "daisy/z/deep/2.png", "daisy/1.png", "roses/x.png", "daisy/a/3.png")
    (tmp_path / "empty").mkdir()
    found = images(tmp_path)
    assert found.class_names == ["daisy", "roses", "tulips"]
    assert found.labels.tolist() == [0, 0, 0, 1, 2]


def test_files_beside_sub_folders_are_a_class_of_the_folders_name(tmp_path):
    folder = tmp_path / "photos"
    paint(folder, "1.png", "roses/1.png", "apples/1.png", "apples/2.png")
    (folder / "LICENSE.txt").write_text("CC BY")
    found = images(folder)
    assert found.class_names == ["apples", "photos", "roses"] and found.labels.tolist() == [0, 0, 1, 2]
    assert found.skipped == [("LICENSE.txt", "not a JPEG, PNG, WebP, GIF, BMP, TIFF or AVIF picture")]


def test_a_class_without_a_single_readable_picture_is_none(tmp_path):
    paint(tmp_path, "good/1.png")
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "1.png").write_bytes(b"?")
    assert images(tmp_path).class_names == ["good"]


def test_hidden_files_and_folders_are_not_even_looked_at(tmp_path):
    paint(tmp_path, "a.png", ".b.png", ".thumbnails/c.png", "roses/.d.png", "roses/.e/f.png")
    (tmp_path / ".DS_Store").write_bytes(b"?")
    found = images(tmp_path)
    assert len(found.images) == 1 and found.skipped == []


def test_the_folder_may_be_given_relative_or_as_text(tmp_path, monkeypatch):
    paint(tmp_path / "photos", "a.png")
    monkeypatch.chdir(tmp_path / "photos")
    assert images(".").class_names == ["photos"]
    assert images("../photos").class_names == ["photos"]


def test_what_a_file_holds_counts_and_not_its_ending(tmp_path):
    paint(tmp_path, "a.jpg", "b.JPEG", "c.txt", "d")
    assert len(images(tmp_path).images) == 4


def test_reading_writes_nothing_and_warns_of_nothing(tmp_path):
    paint(tmp_path, "a.png", "roses/b.png")
    solid(RED).save(tmp_path / "c.jpg", exif=b"Exif\0\0II*\0\x08\0\0\0\xff\xff")
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        images(tmp_path)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before


# ---- files that are no pictures


def encoded(ending):
    buffer = io.BytesIO()
    Image.fromarray(noise(40, 60)).save(buffer, **FORMATS[ending])
    return buffer.getvalue()


@pytest.mark.parametrize("ending", FORMATS)
def test_a_truncated_picture_is_named_and_skipped(tmp_path, ending):
    paint(tmp_path, "good.png")
    content, names = encoded(ending), [f"cut{percent}.{ending}" for percent in (30, 60, 90)]
    for name, keep in zip(names, (0.3, 0.6, 0.9)):
        (tmp_path / name).write_bytes(content[: int(keep * len(content))])
    found = images(tmp_path)
    assert len(found.images) == 1
    assert found.skipped == [(name, "damaged or cut short") for name in names]


@pytest.mark.parametrize(
    "content", [b"", b"<html>404</html>", b"\xff\xd8", b"\x89PNG\r\n\x1a\n", b"GIF89a", bytes(999)]
)
def test_no_picture_is_named_and_skipped(tmp_path, content):
    paint(tmp_path, "roses/good.png")
    (tmp_path / "roses" / "bad.jpg").write_bytes(content)
    found = images(tmp_path)
    assert [name for name, _ in found.skipped] == ["roses/bad.jpg"] and len(found.images) == 1


@pytest.mark.parametrize("ending", FORMATS)
@given(data=st.data())
@settings(max_examples=50)
def test_damage_of_any_kind_is_either_read_or_skipped(ending, data):
    content = bytearray(encoded(ending))
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    with tempfile.TemporaryDirectory() as folder:
        paint(Path(folder), "good.png")
        (Path(folder) / f"damaged.{ending}").write_bytes(content[: data.draw(st.integers(0, len(content)))])
        found = images(Path(folder), size=(16, 16))
    assert len(found.images) + len(found.skipped) == 2
    assert np.isfinite(found.images).all() and np.abs(found.images).max() <= 1


@pytest.mark.parametrize("side", [40, 60])  # Pillow warns above its limit and refuses above twice that
def test_a_huge_picture_is_skipped(tmp_path, monkeypatch, side):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1200)
    paint(tmp_path, "good.png")
    solid(RED, side, side).save(tmp_path / "huge.png")
    found = images(tmp_path)
    assert len(found.images) == 1
    assert found.skipped == [("huge.png", "more than 0 million pixels")]


def test_the_limit_of_a_huge_picture_is_said_in_millions(tmp_path):
    paint(tmp_path, "good.png")
    Image.new("1", (10_000, 10_000)).save(tmp_path / "huge.png")
    assert images(tmp_path).skipped == [("huge.png", "more than 89 million pixels")]


# ---- refusals


@pytest.mark.parametrize("name", ["missing", "file"])
def test_what_is_no_folder_is_refused(tmp_path, name):
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(CourseError, match=f"cannot read .*{name} .*: give a folder with pictures"):
        images(tmp_path / name)


def test_an_empty_folder_is_refused(tmp_path):
    (tmp_path / "roses").mkdir()
    with pytest.raises(CourseError, match="has 0 pictures and needs at least 1: add some"):
        images(tmp_path)


def test_fewer_pictures_than_a_batch_are_refused_with_their_number(tmp_path):
    paint(tmp_path, "a.png", "b.png", "c.png")
    (tmp_path / "phone.heic").write_bytes(b"?")
    assert len(images(tmp_path, at_least=3).images) == 3
    with pytest.raises(
        CourseError, match="has 3 pictures and needs at least 64: .*1 skipped, such as phone.heic: not a"
    ):
        images(tmp_path, at_least=64)


@pytest.mark.parametrize("wish", [{"size": (0, 64)}, {"size": (64, -1)}], ids=str)
def test_impossible_wishes_are_course_errors(tmp_path, wish):
    paint(tmp_path, "a.png")
    with pytest.raises(CourseError):
        images(tmp_path, **wish)


# ---- pixel art


def test_pixel_art_stays_sharp_by_the_nearest_pixel():
    pixels = noise(8, 8)
    image = read_one(Image.fromarray(pixels), size=(32, 32), nearest=True)
    np.testing.assert_allclose(image, expected(np.kron(pixels, np.ones((4, 4, 1)))), atol=1e-6)


@pytest.mark.parametrize("ending", ["png", "jpg"])
def test_the_nearest_pixel_is_one_of_the_picture_and_no_mean(tmp_path, ending):
    """A JPEG is not made smaller while it is decoded, either."""
    Image.fromarray(noise(768, 768)).save(tmp_path / f"a.{ending}", **FORMATS[ending])
    decoded = np.asarray(Image.open(tmp_path / f"a.{ending}"))
    found = images(tmp_path, size=(64, 64), nearest=True)
    np.testing.assert_array_equal(found.levels[0].transpose(1, 2, 0), decoded[6::12, 6::12])


def test_levels_are_the_pictures_in_eight_bits(tmp_path):
    Image.fromarray(noise(8, 8)).save(tmp_path / "a.png")
    found = images(tmp_path, size=(8, 8))
    assert found.levels.dtype == np.uint8 and found.images.dtype == np.float32
    np.testing.assert_array_equal(found.levels[0].transpose(1, 2, 0), noise(8, 8))
    assert found.images.tobytes() == (found.levels.astype(np.float32) / np.float32(127.5) - np.float32(1)).tobytes()
