"""The profile and the folder for results, from the environment."""

from pathlib import Path

import pytest

import gan_course
from gan_course.errors import CourseError
from gan_course.profiles import PROFILES, check_profile, current_profile, output_folder


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch):
    monkeypatch.delenv("GAN_COURSE_PROFILE", raising=False)
    monkeypatch.delenv("GAN_COURSE_OUTPUTS", raising=False)


def test_a_class_is_the_default():
    assert current_profile() == "class"


@pytest.mark.parametrize("profile", ["smoke", "class", "full"])
def test_the_environment_chooses(monkeypatch, profile):
    monkeypatch.setenv("GAN_COURSE_PROFILE", profile)
    assert current_profile() == check_profile(profile) == profile
    assert profile in PROFILES


@pytest.mark.parametrize("profile", ["fast", "", "Smoke"])
def test_other_words_are_course_errors(monkeypatch, profile):
    monkeypatch.setenv("GAN_COURSE_PROFILE", profile)
    with pytest.raises(CourseError, match="choose smoke, class or full"):
        current_profile()


def test_results_go_where_the_environment_says(monkeypatch, tmp_path):
    monkeypatch.setenv("GAN_COURSE_OUTPUTS", str(tmp_path / "deep" / "results"))
    folder = output_folder("02_vae")
    assert folder == tmp_path / "deep" / "results" / "02_vae" and folder.is_dir()
    assert output_folder("02_vae") == folder


def test_results_go_beside_the_package_by_default(monkeypatch):
    made = []
    monkeypatch.setattr("gan_course.profiles.check_writable", made.append)
    monkeypatch.setattr(Path, "mkdir", lambda self, **_: made.append(self))
    repository = Path(gan_course.__file__).resolve().parents[1]
    assert output_folder("02_vae") == repository / "outputs" / "02_vae"
    assert made == [repository / "outputs" / "02_vae"] * 2
