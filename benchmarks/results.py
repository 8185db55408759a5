"""`results.json`: everything that was measured, each with its conditions, so that a stopped bench goes on.

{"conditions": {key: {...}}, "entries": {name: {"conditions": key, "date", "load", "others", "took", "result"}}}
"""

import hashlib
import json
from pathlib import Path

from gan_course.errors import CourseError


def read_results(path: Path) -> dict:
    """What was measured so far; nothing if there is no file.

    Raises:
        CourseError: the file is damaged.
    """
    if not path.exists():
        return {"conditions": {}, "entries": {}}
    try:
        results = json.loads(path.read_text(encoding="utf-8"))
        results["conditions"], results["entries"]
    except (ValueError, KeyError, TypeError):
        raise CourseError(f"{path} cannot be read: restore it or delete it, and measure again") from None
    return results


def key_of(conditions: dict) -> str:
    """A short name for equal conditions."""
    return hashlib.sha256(json.dumps(conditions, sort_keys=True).encode()).hexdigest()[:8]


def is_held(results: dict, name: str, conditions: dict) -> bool:
    """Whether `name` was measured under these conditions."""
    return results["entries"].get(name, {}).get("conditions") == key_of(conditions)


def add(results: dict, name: str, entry: dict, conditions: dict) -> dict:
    """Results with one entry more, or anew; conditions that no entry has any longer are dropped."""
    key = key_of(conditions)
    entries = results["entries"] | {name: {"conditions": key} | entry}
    used = {one["conditions"] for one in entries.values()}
    known = results["conditions"] | {key: conditions}
    return {"conditions": {key: known[key] for key in known if key in used}, "entries": entries}


def write_results(path: Path, results: dict) -> None:
    """All or nothing: a bench that is killed meanwhile leaves the old file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".tmp")
    draft.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    draft.replace(path)
