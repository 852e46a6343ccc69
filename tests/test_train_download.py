"""Downloads from a local server: resumed, checked, cached, and laid out as the mirror."""

import hashlib
import io
import tarfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from train import download, state
from train.errors import CorpusError
from train.sources import SOURCES, RemoteFile, Source, check_mirror, source_of

CONTENT = b"id\ttext\n" + bytes(range(256)) * 20
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@dataclass
class Site:
    """What the server holds, what it was asked for, and how often it is still to fail."""

    base: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    asked: list[tuple[str, str | None]] = field(default_factory=list)
    failures: int = 0
    cut_at: int | None = None


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            wanted = self.headers.get("Range")
            site.asked.append((self.path, wanted))
            if site.failures:
                site.failures -= 1
                self.send_error(503)
                return
            content = site.files.get(self.path)
            start = int(wanted[len("bytes=") : -1]) if wanted else 0
            if content is None or start >= len(content):
                self.send_error(404 if content is None else 416)
                return
            self.send_response(206 if wanted else 200)
            self.send_header("Content-Length", str(len(content) - start))
            self.end_headers()
            self.wfile.write(content[start : site.cut_at])
            site.cut_at = None

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    site.base = f"http://127.0.0.1:{server.server_port}"
    yield site
    server.shutdown()
    server.server_close()
    thread.join()


def fetch_file(site: Site, target: Path) -> None:
    download.fetch_file(f"{site.base}/a", target, SHA256, pause_s=0)


def test_a_file_is_fetched_once_and_then_cached(site: Site, tmp_path: Path) -> None:
    site.files["/a"] = CONTENT
    for _ in range(2):
        fetch_file(site, tmp_path / "new" / "a")
    assert (tmp_path / "new" / "a").read_bytes() == CONTENT
    assert site.asked == [("/a", None)]
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["a"]


def test_a_file_cut_short_goes_on_where_it_stopped(site: Site, tmp_path: Path) -> None:
    site.files["/a"], site.cut_at = CONTENT, 1000
    fetch_file(site, tmp_path / "a")
    assert (tmp_path / "a").read_bytes() == CONTENT
    assert site.asked == [("/a", None), ("/a", "bytes=1000-")]


def test_a_part_that_is_whole_is_not_fetched_again(site: Site, tmp_path: Path) -> None:
    site.files["/a"] = CONTENT
    (tmp_path / "a.part").write_bytes(CONTENT)
    fetch_file(site, tmp_path / "a")
    assert (tmp_path / "a").read_bytes() == CONTENT


def test_a_server_that_fails_twice_is_asked_again(site: Site, tmp_path: Path) -> None:
    site.files["/a"], site.failures = CONTENT, 2
    fetch_file(site, tmp_path / "a")
    assert len(site.asked) == 3


def test_a_file_that_is_not_there_is_named_and_asked_for_once(site: Site, tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"/a: expected a file, found .*404.*check the network"):
        fetch_file(site, tmp_path / "a")
    assert len(site.asked) == 1


def test_a_wrong_byte_is_an_error_and_nothing_is_kept(site: Site, tmp_path: Path) -> None:
    site.files["/a"] = wrong = CONTENT[:-1] + b"x"
    found = hashlib.sha256(wrong).hexdigest()
    with pytest.raises(CorpusError, match=rf"/a: expected sha256 {SHA256}, found {found}"):
        fetch_file(site, tmp_path / "a")
    assert not list(tmp_path.iterdir())


def test_a_wrong_byte_in_the_cache_is_an_error(site: Site, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"edited")
    with pytest.raises(CorpusError, match=rf"a: expected sha256 {SHA256}, found"):
        fetch_file(site, tmp_path / "a")
    assert site.asked == []


def test_a_corpus_is_asked_for_by_repository_commit_and_path(site: Site, tmp_path: Path) -> None:
    file = RemoteFile("data/a b.tsv", "corpus/a.tsv", SHA256)
    source = Source("c", "owner/name", "0123", (file,), "MIT", "open", "A, 2020", "sentence")
    site.files["/owner/name/0123/data/a%20b.tsv"] = CONTENT
    said: list[str] = []
    download.fetch(tmp_path, (source,), site.base, said.append, pause_s=0)
    assert (tmp_path / "corpus" / "a.tsv").read_bytes() == CONTENT
    assert said == ["c: MIT; A, 2020"]


def test_a_bar_on_a_terminal_counts_files_those_of_the_cache_too(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    files = tuple(RemoteFile(name, name, SHA256) for name in ("a", "b"))
    source = Source("c", "owner/name", "0123", files, "MIT", "open", "A, 2020", "sentence")
    site.files |= {f"/owner/name/0123/{name}": CONTENT for name in ("a", "b")}
    for _ in range(2):
        terminal = Terminal()
        monkeypatch.setattr("sys.stderr", terminal)
        download.fetch(tmp_path, (source,), site.base, pause_s=0)
        assert "2/2" in terminal.getvalue()
    assert len(site.asked) == 2


def test_feeds_served_again_give_the_releases_of_the_mirror(
    site: Site, tmp_path: Path, mirror: Path
) -> None:
    source, commits = source_of("state"), {f.member: f.commit for f in state.read_index()}
    with tarfile.open(mirror / "state_press_releases" / "raw_rss.tar.xz") as archive:
        for member in archive:
            content = archive.extractfile(member) if member.isfile() else None
            if content:
                path = f"/{source.repository}/{commits[member.name]}/data.rss"
                site.files[path] = content.read()
    download.fetch(tmp_path, (source,), site.base, pause_s=0)
    check_mirror(tmp_path, "state")
    assert len(site.asked) == len(commits) == 293
    download.fetch(tmp_path, (source,), site.base, pause_s=0)
    assert len(site.asked) == 293


def test_every_other_corpus_served_again_gives_the_mirror(
    site: Site, tmp_path: Path, mirror: Path
) -> None:
    sources = tuple(s for s in SOURCES if s.name != "state")
    for source in sources:
        for file in source.files:
            address = f"/{source.repository}/{source.commit}/{file.path}"
            site.files[address] = (mirror / file.local).read_bytes()
    download.fetch(tmp_path, sources, site.base, pause_s=0)
    for source in sources:
        check_mirror(tmp_path, source.name)


def test_block_elements_are_paragraphs_and_list_items_have_a_dash() -> None:
    html = (
        "<p>One&nbsp; <b>two</b>.</p><ul><li>first</li><li></li></ul><script>x()</script>A<br />B"
    )
    assert state.split_paragraphs(html) == ["One two.", "- first", "A", "B"]


def feed(title: str, text: str) -> bytes:
    return (
        '<rss xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><item>'
        f"<title>{title}</title><link>https://example.org/a</link>"
        "<pubDate>Fri, 11 Feb 2022 22:03:30 +0000</pubDate>"
        f"<content:encoded><![CDATA[<p>{text}</p>]]></content:encoded>"
        "</item></channel></rss>"
    ).encode()


def test_the_first_of_the_longest_versions_of_a_release_counts() -> None:
    feeds = [("c1", feed("A", "ab")), ("c2", feed("B", "abc")), ("c3", feed("C", "abd"))]
    (release,) = state.build_releases(feeds)
    assert (release["commit"], release["title"], release["date"]) == ("c2", "B", "2022-02-11")
    assert release["paragraphs"] == ["abc"]
