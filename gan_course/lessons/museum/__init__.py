"""Lesson 09, the failure museum: one small GAN on digits, and runs of it that fail, each for a change of one line.

Three games are healthy: one without classes, one with them, and one with plain gradient descent. Every exhibit replaces
one thing in one of them.
"""

from gan_course.lessons.museum.exhibits import EXHIBITS, HEALTHY, Game, difference, find_game
from gan_course.lessons.museum.play import SETTINGS, Play, Settings, build, play

__all__ = ["EXHIBITS", "HEALTHY", "SETTINGS", "Game", "Play", "Settings", "build", "difference", "find_game", "play"]
