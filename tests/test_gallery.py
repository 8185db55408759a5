"""The web page: what it shows, and that it needs no network."""

from html.parser import HTMLParser

from gan_course.gallery.course_page import Card, write_page


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


def test_the_page_needs_no_network(tmp_path):
    page = write(tmp_path, FIRST, SECOND)
    assert not [value for _, attributes in page.tags for value in attributes.values() if "//" in (value or "")]
    assert "@import" not in page.text and "url(" not in page.text


def test_a_page_without_runs_is_a_page(tmp_path):
    assert "Runs & more" in write(tmp_path).text
