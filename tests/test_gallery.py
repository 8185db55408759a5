"""The web page: what it shows, and that it needs no network."""

from html.parser import HTMLParser

from recordings import told

from gan_course.gallery.course_page import GALLERY, Card, add_players, write_page
from gan_course.viz.recording import write_recording


class Page(HTMLParser):
    """Collects tags with their attributes, and the text."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.text = [], ""
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_data(self, data):
        self.text += data

    def all(self, tag, attribute):
        return [attributes.get(attribute) for name, attributes in self.tags if name == tag]


def write(tmp_path, *cards):
    write_page(tmp_path / "index.html", "Runs & more", list(cards))
    return Page((tmp_path / "index.html").read_text(encoding="utf-8"))


FIRST = Card("VAE", "0 min 12 s", "02_vae/02_vae.html", ["02_vae/a.gif", "02_vae/b.gif"], {"test_kl": "25.1"})
SECOND = Card("Autoencoder", "FAILED: <script>alert(1)</script>", None, [], {})


def test_a_card_shows_its_pictures_numbers_and_notebook(tmp_path):
    page = write(tmp_path, FIRST)
    assert page.all("img", "src") == FIRST.pictures
    assert page.all("a", "href") == ["02_vae/02_vae.html"]
    assert all(text in page.text for text in ("Runs & more", "VAE", "0 min 12 s", "test_kl", "25.1"))


def test_cards_come_in_order(tmp_path):
    page = write(tmp_path, FIRST, SECOND)
    assert page.text.index("0 min 12 s") < page.text.index("Autoencoder")


def test_a_card_may_be_bare_and_its_words_are_only_words(tmp_path):
    page = write(tmp_path, SECOND)
    assert page.all("img", "src") == page.all("a", "href") == [] and set(page.all("script", "src")) <= {None}
    assert "FAILED: <script>alert(1)</script>" in page.text


def test_names_of_classes_files_and_runs_are_only_words(tmp_path):
    name = "<b>&\"'</b><script>alert(1)</script>"
    page = write(tmp_path, Card(name, name, name, [name], {name: name}))
    assert {tag for tag, _ in page.tags} == {tag for tag, _ in write(tmp_path, FIRST).tags}
    assert page.text.count(name) >= 4 and page.all("img", "src") == page.all("a", "href") == [name]


def test_the_page_needs_no_network(tmp_path):
    page = write(tmp_path, FIRST, SECOND)
    assert not [value for _, attributes in page.tags for value in attributes.values() if "//" in (value or "")]
    assert "@import" not in page.text and "url(" not in page.text


def test_a_page_without_runs_is_a_page(tmp_path):
    assert "Runs & more" in write(tmp_path).text


def test_runs_that_left_recordings_are_played_from_the_card_of_their_lesson(tmp_path):
    for place, name in {
        "05_dcgan": "digits",
        "05_dcgan/more": "flowers",
        "08_models/vae": "vae",
        "damaged": "damaged",
    }.items():
        write_recording(tmp_path / place / "recording", told(name, 2))
    (tmp_path / "damaged" / "recording" / "recording.json").write_text("{")
    cards = {"05_dcgan": Card("DCGAN", "1 min 02 s", None, [], {}), "02_vae": Card("VAE", "0 min 12 s", None, [], {})}
    [complaint] = add_players(tmp_path, cards)
    assert complaint.startswith("without a player: ") and "damaged" in complaint
    write_page(tmp_path / "index.html", "Runs", cards.values(), GALLERY)
    page = Page((tmp_path / "index.html").read_text(encoding="utf-8"))
    links = [f"gallery/{address}" for address in ("index.html", "players/digits.html", "players/flowers.html")]
    assert page.all("a", "href") == links
    assert all((tmp_path / address).is_file() for address in [*links, *page.all("img", "src")])
    gallery = Page((tmp_path / "gallery" / "index.html").read_text(encoding="utf-8"))
    assert "../index.html" in gallery.all("a", "href") and "vae" in gallery.text
    assert len(add_players(tmp_path, cards)) == 1  # and again, over the first


def test_a_folder_with_something_else_in_it_is_left_alone(tmp_path):
    (tmp_path / GALLERY).mkdir()
    (tmp_path / GALLERY / "mine.txt").write_text("mine")
    [complaint] = add_players(tmp_path, {})
    assert complaint.startswith("no players: ") and list((tmp_path / GALLERY).iterdir()) == [
        tmp_path / GALLERY / "mine.txt"
    ]
