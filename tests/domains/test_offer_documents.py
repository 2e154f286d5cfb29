"""The document of an offer: in the client's language, escaped, printable; as HTML, Markdown and PDF."""

from __future__ import annotations

import base64
import os
import re
import subprocess
import sys
from html.parser import HTMLParser

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kam_cli.domains.offers.document import _plain
from kam_cli.domains.offers.wording import Words, languages

NASTY = "<script>alert('1')</script> & \"Żółć\" שלום | `x` [a](b) $number {x} \\"


@pytest.fixture
def shop(kam):
    for line in (
        "client add 'Żółta Łódź' --country PL --city Łódź --address 'ul. Świętojańska 5'", "client add 'בית הקפה' --country IL",
        "client add Müller --country DE", "product add Panel dębowy --price 1224.50 --unit m²",
        "discount add volume 5% Paleta --from 40", "offer create 1 --item panel×40 --note 'Źdźbło, ćma'", "offer create 2 --item panel×40.5",
    ):  # fmt: skip
        kam(f"{line} -q")
    kam("config set seller.name 'Drewno Łoś'")
    kam("config set seller.bank 'PL61 1090'")
    return kam


class Tags(HTMLParser):
    """The tags, attributes and texts of a document."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.texts = ""
        self.attributes: dict[str, str] = {}
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes |= {f"{tag}.{name}": value for name, value in attrs}
        if tag not in ("meta", "br", "img"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.texts += data


def words(text: str) -> str:
    """Without marks of direction."""
    return re.sub("[\u200e\u200f]", "", text)


def test_it_is_in_the_language_of_the_client(shop):
    polish, hebrew = (Tags(shop(f"offer show {n} --html -").out) for n in (1, 2))
    assert (polish.attributes["html.lang"], polish.attributes["html.dir"]) == ("pl", "ltr")
    assert (hebrew.attributes["html.lang"], hebrew.attributes["html.dir"]) == ("he", "rtl")
    assert polish.open == hebrew.open == []
    for said in (
        "Oferta nr 2026-0001",
        "Ważna do",
        "17.04.2026",
        "48 980,00 EUR",
        "46 531,00 EUR",
        "-2 449,00 EUR",
        "14 dni",
        "40 m²",
        "Źdźbło",
    ):
        assert said.replace(" ", "\xa0") in polish.texts.replace(" ", "\xa0"), said
    for said in ("הצעת מחיר", "בית הקפה", "47,112.64\xa0EUR", "Drewno Łoś"):
        assert said in words(hebrew.texts), said
    assert "\u200e47,112.64\xa0EUR\u200e" in hebrew.texts  # a right-to-left line leaves it as it is
    assert (
        "Angebot Nr. 2026-0003"
        in shop("offer create 3 --item panel -q").out + shop("offer show 3 --md -").out
    )
    shop("terms set 3 --language fr")
    assert "# Offre n° 2026-0003" in shop("offer show 3 --md -").out
    shop("offer edit 3 --language uk")
    assert "# Пропозиція № 2026-0003" in shop("offer show 3 --md -").out
    assert "--language" in shop("offer edit 3 --language xx", exit=2).err


@pytest.mark.parametrize("language", ["cs", "de", "en", "es", "fr", "he", "it", "pl", "uk"])
def test_every_language_says_everything(shop, language):
    assert language in languages()
    shop(f"offer edit 1 --language {language}")
    plain = shop("offer show 1 --md -").out
    texts = Words(language)
    for name in (
        "title",
        "valid_until",
        "payment",
        "list_price",
        "discount",
        "total",
        "given",
        "intro",
        "closing",
        "regards",
    ):
        assert texts[name] in plain, name
    assert shop.json("offer send 1 --dry-run --as md")["subject"].endswith("2026-0001 – Drewno Łoś")


@pytest.mark.parametrize(
    ("language", "count", "said"),
    [("pl", 1, "1 dzień"), ("pl", 2, "2 dni"), ("cs", 3, "3 dny"), ("cs", 14, "14 dní"), ("uk", 21, "21 день"), ("uk", 13, "13 днів"),
     ("uk", 32, "32 дні"), ("en", 1, "1 day"), ("en", 30, "30 days")],
)  # fmt: skip
def test_days_have_their_plural(language, count, said):
    assert Words(language).days(count) == said


@pytest.mark.parametrize(
    ("language", "currency", "said"),
    [("en", "JPY", "JPY\xa01,234,567"), ("pl", "EUR", "12\xa0345,67\xa0EUR"), ("de", "KWD", "1.234,567\xa0KWD"),
     ("fr", "EUR", "12\u202f345,67\xa0EUR"), ("he", "ILS", "12,345.67\xa0ILS")],
)  # fmt: skip
def test_amounts_are_written_as_the_language_does(language, currency, said):
    assert Words(language).money(1234567, currency) == said


def test_nothing_from_the_book_becomes_markup(shop):
    shop(["client", "add", NASTY, "--force", "-q"])
    shop(["product", "add", f"{NASTY} item", "--price", "5", "-q"])
    shop(["contact", "add", "4", NASTY, "-q"])
    shop(["config", "set", "seller.name", NASTY])
    shop(["config", "set", "seller.bank", NASTY])
    shop(
        [
            "offer",
            "create",
            "4",
            "--item",
            "2",
            "--extra",
            f"{NASTY}=1",
            "--note",
            f"{NASTY}\n\n# x\n- y",
            "--with",
            "1",
            "-q",
        ]
    )
    page = Tags(shop("offer show 3 --html -").out)
    assert page.open == [] and "script" not in page.tags and "a" not in page.tags
    assert (
        words(page.texts).count("<script>alert('1')</script> & \"Żółć\" שלום | `x` [a](b) $number {x} \\")
        >= 6
    )
    plain = shop("offer show 3 --md -").out
    assert not re.search(r"(?<!\\)(<|\[|\]|`|\*)", plain) and "\n# x" not in plain and "\n- y" not in plain
    table = [line for line in plain.split("\n") if line.startswith("|")]
    assert {len(re.findall(r"(?<!\\)(?:\\\\)*\|", line)) for line in table} == {7}


@given(st.text(max_size=60))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_markdown_keeps_a_text_a_text(text):
    plain = _plain(text)
    assert not re.search(r"(?<!\\)(?:\\\\)*[<`*_\[\]|]", plain)
    assert not re.search(r"^[ \t]*(#|[-+]\s|\d+[.)]\s|>|=+\s*$)", plain, re.M)


def test_files_are_private_and_never_replaced_by_mistake(shop, tmp_path):
    path = tmp_path / "offer.html"
    done = shop(f"offer show 1 --html {path} --md {tmp_path}/offer.md")
    assert done.out.startswith("offer 2026-0001 in pl – wrote ") and oct(path.stat().st_mode)[-3:] == "600"
    assert "--force" in shop(f"offer show 1 --html {path}", exit=1).err
    shop(f"offer show 1 --html {path} --force")
    assert "room for one" in shop("offer show 1 --html - --md -", exit=2).err


def test_own_templates_and_texts(shop, tmp_path):
    own = tmp_path / "templates"
    own.mkdir()
    (own / "offer.sk.toml").write_text('title = "Ponuka"\ndecimal = ","\n', encoding="utf-8")
    (own / "offer.pl.html").write_text("<p>$title: $client costs $$5 or $sums</p>", encoding="utf-8")
    assert shop("offer show 1 --html -").out.startswith("<p>Oferta nr 2026-0001: <bdi>Żółta Łódź</bdi>")
    shop("offer edit 1 --language sk")
    assert "# Ponuka No. 2026-0001" in shop("offer show 1 --md -").out
    (own / "offer.html").write_text("<p>\n$nothing</p>", encoding="utf-8")
    assert "offer.html: no field $nothing; there are language" in shop("offer show 1 --html -", exit=2).err
    (own / "offer.html").write_text("5 $ off", encoding="utf-8")
    assert "$$" in shop("offer show 1 --html -", exit=2).err
    for text, says in (
        ("title = 5", "title is no text"),
        ('foo = "x"', "foo is no text"),
        ('body = "{x}"', "body has a place"),
        ("title", "cannot be read"),
    ):
        (own / "offer.sk.toml").write_text(text)
        done = shop("offer show 1 --md -", exit=2)
        assert says in done.err and done.err.count("\n") == 1


def test_the_logo_is_in_the_document(shop, tmp_path):
    dot = base64.b64decode(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
    )
    (tmp_path / "logo.png").write_bytes(dot)
    shop(f"config set seller.logo {tmp_path}/logo.png")
    assert (
        Tags(shop("offer show 1 --html -").out).attributes["img.src"]
        == "data:image/png;base64," + base64.b64encode(dot).decode()
    )
    shop(f"config set seller.logo {tmp_path}/none.png")
    assert "seller.logo" in shop("offer show 1 --html -", exit=2).err
    shop("config set seller.logo /etc/passwd")
    assert "is no picture" in shop("offer show 1 --html -", exit=2).err


def test_a_pdf_holds_polish_and_hebrew_letters(shop, tmp_path):
    pytest.importorskip("weasyprint", exc_type=(ImportError, OSError))
    pdfium = pytest.importorskip("pypdfium2")
    for number, said in (
        (1, ("Żółta Łódź", "Ważna do", "ul. Świętojańska 5", "Źdźbło, ćma", "Strona 1 / 1")),
        (2, ("תאריך", "2026-0002")),
    ):
        shop(f"offer show {number} --pdf {tmp_path}/{number}.pdf")
        document = pdfium.PdfDocument(str(tmp_path / f"{number}.pdf"))
        text = document[0].get_textpage().get_text_range().replace("\xa0", " ")
        for one in said:
            assert one in text, (one, text)
        assert document[0].get_size() == pytest.approx((595.28, 841.89), abs=0.1)  # A4
        document.close()
    command = [sys.executable, "-m", "kam_cli", "offer", "show", "1", "--pdf", "-"]
    done = subprocess.run(command, capture_output=True)
    assert done.stdout.startswith(b"%PDF") and done.stderr == b""


def test_a_pdf_reaches_for_no_file_and_no_network(shop, tmp_path, monkeypatch):
    pytest.importorskip("weasyprint", exc_type=(ImportError, OSError))
    from kam_cli.domains.offers import pdf

    (tmp_path / "secret.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    made = pdf.of(f"<p>x<img src='file://{tmp_path}/secret.svg'><img src='http://127.0.0.1:1/x.png'>")
    assert made.startswith(b"%PDF") and b"/Subtype /Image" not in made


def test_without_the_library_a_pdf_is_refused_in_one_line(shop, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    done = shop(f"offer show 1 --pdf {tmp_path}/x.pdf", exit=1)
    assert "pip install 'kam-cli[pdf]'" in done.err and done.err.count("\n") == 1
    assert not os.path.exists(tmp_path / "x.pdf")
    assert shop.json("offer send 1 --dry-run")["file"] == "pl-2026-0001.html"
