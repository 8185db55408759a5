"""The lessons, as far as they can be told without training."""

from dataclasses import fields

import pytest

from gan_course.errors import CourseError
from gan_course.lessons import LESSONS, TRAINED, check_lesson, load_lesson
from gan_course.profiles import PROFILES


@pytest.fixture(scope="module")
def settings():
    """{lesson: {profile: settings}}."""
    return {name: load_lesson(name).SETTINGS for name in TRAINED}


def test_every_lesson_has_settings_for_every_profile_from_short_to_long(settings):
    assert {name: tuple(profiles) for name, profiles in settings.items()} == dict.fromkeys(TRAINED, PROFILES)
    examples = {name: [s.num_steps * s.batch_size for s in profiles.values()] for name, profiles in settings.items()}
    assert not {name: seen for name, seen in examples.items() if not 10 * seen[0] < seen[1] < seen[2]}


def test_settings_are_as_used(settings):
    """A None would have to be resolved by `build`, out of sight; only classes may mean "all that there are"."""
    chosen = [one for profiles in settings.values() for one in profiles.values()]
    assert {field.name for one in chosen for field in fields(one) if getattr(one, field.name) is None} == set()
    assert {field.name for one in chosen for field in fields(one) if "None" in str(field.type)} == {"classes", "counts"}


@pytest.mark.parametrize("name", ["gna", "", "experiment", "picture_gan", "vae.", "../vae"])
def test_other_names_are_course_errors(name):
    for check in (check_lesson, load_lesson):
        with pytest.raises(CourseError, match="choose one of autoencoder, vae"):
            check(name)


def test_notebooks_are_numbered_in_order():
    notebooks = [lesson.notebook for lesson in LESSONS.values() if lesson.notebook]
    assert notebooks == sorted(notebooks) and len(set(notebooks)) == len(notebooks)
