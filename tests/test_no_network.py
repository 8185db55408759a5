"""No network at run time: a training, and what is drawn from it, open no connection and ask for no address."""

import os
import socket
from pathlib import Path

import pytest
from tiny import train_tiny

from gan_course.runs.folder import SAMPLES

pytestmark = pytest.mark.usefixtures("small_world")
PLACE = Path("/proc/self/fd")  # of Linux: what the process has open, in whatever language it was opened


def open_sockets():
    """The sockets of this process."""
    links = []
    for file in PLACE.iterdir() if PLACE.exists() else ():
        try:
            links.append(os.readlink(file))
        except OSError:  # closed meanwhile
            continue
    return {link for link in links if link.startswith("socket:")}


def test_a_training_and_its_pictures_ask_nobody_for_anything(tmp_path, monkeypatch, command):
    asked = []

    def refuse(*arguments, **_):
        asked.append(arguments)
        raise OSError("no network here")

    for name in ("connect", "connect_ex", "sendto", "bind"):
        monkeypatch.setattr(socket.socket, name, refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    with pytest.raises(OSError, match="no network here"):
        socket.create_connection(("127.0.0.1", 9))  # so would be noticed what the course asked for
    asked.clear()
    before = open_sockets()
    train_tiny("gan", tmp_path / "run")
    assert (tmp_path / "run" / SAMPLES).exists()
    assert command("sample", str(tmp_path / "run"), "--n", "1", "--out", str(tmp_path / "a.png"))[0] == 0
    assert command("gallery", str(tmp_path / "run"), "--out", str(tmp_path / "site"))[0] == 0
    assert asked == [] and open_sockets() <= before
