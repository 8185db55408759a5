"""The gallery: a folder of pages that opens from the file system, and from any server of files."""

import json
import shutil
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from gan_course.errors import CourseError
from gan_course.gallery.pages import Entry, render
from gan_course.gallery.runs import Shown, still
from gan_course.gallery.slugs import unique_slugs
from gan_course.gallery.static import FOLDER, PAGE_SCRIPTS, PLAYER_SCRIPTS, STYLES

LIST = "site.json"  # names all files of a site: what may be replaced, and the mark of a site
FORMAT = "gan-course site"
OTHERS = {"lab": "2-D laboratory", "slides": "Slides", "notebooks": "Notebooks"}  # folders that may lie beside


def write_site(
    out: Path,
    runs: Mapping[Path, Shown],
    pairs: Iterable[tuple[Path, Path]] = (),
    title: str = "Trainings to look at",
    home: str | None = None,
    beside: Iterable[Callable[[Path], object]] = (),
) -> dict[Path, Entry]:
    """Write a page for each run, one for each pair, and their index; return where each run is.

    Args:
        out: a folder that is new, empty, or holds an earlier site; of this only its own files are replaced.
        runs: by folder, in the order of the index.
        pairs: of these folders.
        title: of the index.
        home: the address of a page above the index, seen from it.
        beside: what writes other parts of the course into folders of `out`, by the names of `OTHERS`.

    Raises:
        CourseError: `out` holds something else, or cannot be written; the last picture of a run is damaged.
    """
    check_out(out)
    names = [str(run.document["name"]) for run in runs.values()]
    entries = {
        folder: Entry(place, str(run.document["title"]), name, run.document)
        for (folder, run), place, name in zip(runs.items(), unique_slugs(names), names)
    }
    pairs = [(entries[first], entries[second]) for first, second in pairs]
    try:
        mark(out)
        for write in beside:
            write(out)
        files = pictures_of(runs, entries) | pages_of(out, list(entries.values()), pairs, title, home)
        replace_files(out, files)
    except OSError as error:
        raise CourseError(f"cannot write to {out} ({error.strerror or error}): choose another --out") from None
    return entries


def check_out(out: Path) -> None:
    """Refuse a folder with something in it that is no site, and what is no folder."""
    if out.exists() and not out.is_dir():
        raise CourseError(f"{out} is a file: choose a folder for --out")
    if out.exists() and any(out.iterdir()) and listed(out) is None:
        raise CourseError(f"{out} holds something that is no gallery: choose another --out, or an empty folder")


def listed(out: Path) -> list[str] | None:
    """The files of the site in a folder; None if there is none."""
    try:
        content = json.loads((out / LIST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return content["files"] if isinstance(content, dict) and content.get("format") == FORMAT else None


def mark(out: Path, files: Iterable[str] | None = None) -> None:
    """Say that a folder holds a site, and which files are the site's; by default those that it has already."""
    out.mkdir(parents=True, exist_ok=True)
    content = {"format": FORMAT, "version": 1, "files": list(listed(out) or [] if files is None else files)}
    (out / LIST).write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8", newline="\n")


def pictures_of(runs: Mapping[Path, Shown], entries: Mapping[Path, Entry]) -> dict[str, bytes]:
    """Pictures of all runs by their place in the site."""
    files: dict[str, bytes] = {}
    for folder, run in runs.items():
        place = f"players/{entries[folder].slug}"
        files |= {f"{place}/{name}": content for name, content in run.files.items()}
        try:
            files[entries[folder].still] = still(run)
        except (OSError, ValueError, KeyError, TypeError, ArithmeticError):
            raise CourseError(f"the pictures of {folder} are damaged: make its recording again") from None
    return files


def pages_of(
    out: Path, entries: list[Entry], pairs: list[tuple[Entry, Entry]], title: str, home: str | None
) -> dict[str, bytes]:
    """All pages by their place in the site."""
    scripts = (*PLAYER_SCRIPTS, *PAGE_SCRIPTS)
    pages: dict[str, str] = {}
    compared = {f"compare/{pair}.html": (a, b) for pair, a, b in named(pairs)}
    groups = {entry.title: [other for other in entries if other.title == entry.title] for entry in entries}
    pages["index.html"] = render(
        "index.html", root="", title=title, groups=groups, compared=compared, others=others(out), home=home
    )
    neighbours = zip([None, *entries[:-1]], entries, [*entries[1:], None])
    for before, entry, after in neighbours:
        pages[entry.page] = render(
            "player.html", root="../", title=title, entry=entry, before=before, after=after, scripts=scripts
        )
    for page, (first, second) in compared.items():
        pages[page] = render("compare.html", root="../", title=title, pair=(first, second), scripts=scripts)
    return {name: text.encode() for name, text in pages.items()}


def named(pairs: list[tuple[Entry, Entry]]) -> list[tuple[str, Entry, Entry]]:
    """Each pair with a slug of its own."""
    slugs = unique_slugs([f"{first.slug}-and-{second.slug}" for first, second in pairs])
    return [(slug, first, second) for slug, (first, second) in zip(slugs, pairs)]


def others(out: Path) -> dict[str, str]:
    """Addresses of other parts of the course that lie in the site's folder, by what they are."""
    found: dict[str, str] = {}
    for folder, label in OTHERS.items():
        if (out / folder / "index.html").is_file():
            found[label] = f"{folder}/index.html"
        else:
            pages = sorted((out / folder).glob("*.html"))
            found |= {f"{label}: {page.stem}": f"{folder}/{page.name}" for page in pages}
    return found


def replace_files(out: Path, files: Mapping[str, bytes]) -> None:
    """Take the files of an earlier site away, and write these and the static ones, and the list of all."""
    for name in listed(out) or []:
        path = (out / name).resolve()
        if path.is_relative_to(out.resolve()):
            path.unlink(missing_ok=True)
    static = [*PLAYER_SCRIPTS, *PAGE_SCRIPTS, *STYLES]
    names = [LIST, *files, *(f"static/{name}" for name in static)]
    for folder in sorted({(out / name).parent for name in names}):
        folder.mkdir(parents=True, exist_ok=True)
    mark(out, names)
    for name in static:
        shutil.copyfile(FOLDER / name, out / "static" / name)
    for name, content in files.items():
        (out / name).write_bytes(content)
