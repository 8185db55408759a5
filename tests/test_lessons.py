"""The lessons, as far as they can be told without training."""

from dataclasses import fields, is_dataclass

import pytest

from gan_course.errors import CourseError
from gan_course.lessons import LESSONS, check_lesson, load_lesson
from gan_course.profiles import PROFILES


@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_has_settings_for_every_profile(name):
    lesson = load_lesson(name)
    assert tuple(lesson.SETTINGS) == PROFILES
    for settings in lesson.SETTINGS.values():
        assert is_dataclass(settings) and type(settings) is lesson.Settings
        assert "num_steps" in {field.name for field in fields(settings)}


@pytest.mark.parametrize("name", LESSONS)
def test_profiles_go_from_short_to_long(name):
    def examples(settings):
        if settings.num_steps is not None:
            return settings.num_steps * settings.batch_size
        if hasattr(settings, "num_megapixels"):
            return settings.num_megapixels
        return settings.num_epochs * getattr(settings, "num_train", 1)

    smoke, course, full = map(examples, load_lesson(name).SETTINGS.values())
    assert 10 * smoke < course < full


@pytest.mark.parametrize("name", LESSONS)
def test_settings_cannot_be_changed_in_passing(name):
    settings = load_lesson(name).SETTINGS["smoke"]
    with pytest.raises(AttributeError):
        settings.batch_size = 1


@pytest.mark.parametrize("check", [check_lesson, load_lesson])
@pytest.mark.parametrize("name", ["gna", "", "experiment", "vae.", "../vae"])
def test_other_names_are_course_errors(check, name):
    with pytest.raises(CourseError, match="choose one of autoencoder, vae"):
        check(name)


def test_notebooks_are_numbered_in_order():
    notebooks = [lesson.notebook for lesson in LESSONS.values() if lesson.notebook]
    assert notebooks == sorted(notebooks) and len(set(notebooks)) == len(notebooks)
