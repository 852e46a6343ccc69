"""Results at an address are those of a folder, however often the run was broken off."""

from collections.abc import Iterator
from pathlib import Path

import fsspec
import pytest

from stance.batch import Settings, engine, place, score_folder
from stance.errors import BatchError


def make(folder: Path, n: int = 150) -> Path:
    folder.mkdir()
    for i in range(n):
        (folder / f"{i:03}.txt").write_text(f"The ministers of {i} met.\n\nThey signed pact {i}.\n")
    return folder


def content(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def content_of(url: str) -> dict[str, bytes]:
    files, root = fsspec.core.url_to_fs(url)
    return {path[len(root) + 1 :]: files.cat_file(path) for path in files.find(root)}


@pytest.fixture
def memory() -> Iterator[str]:
    files = fsspec.filesystem("memory")
    yield "memory://stance-test/out"
    files.rm("/stance-test", recursive=True)


@pytest.mark.parametrize("format_name", ["jsonl", "parquet"])
def test_an_address_gets_the_bytes_of_a_folder(
    tmp_path: Path, memory: str, format_name: str
) -> None:
    source, settings = make(tmp_path / "in"), Settings(format=format_name)  # type: ignore[arg-type]
    score_folder(source, tmp_path / "out", settings=settings, jobs=1)
    summary = score_folder(source, memory, settings=settings, jobs=1)
    assert summary.out == memory
    assert content_of(memory) == content(tmp_path / "out")
    again = score_folder(source, memory, settings=settings, jobs=1)
    assert again.n_articles == summary.n_articles == 150


def test_a_run_broken_off_goes_on_from_what_its_address_keeps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, url = make(tmp_path / "in"), (tmp_path / "far").as_uri()
    score_folder(source, tmp_path / "out", jobs=1)
    kept: list[int] = []

    def keep_one(url: str, work: Path, number: int) -> None:
        if kept:
            raise KeyboardInterrupt
        place.keep_task(url, work, number)
        kept.append(number)

    monkeypatch.setattr(engine, "keep_task", keep_one)
    with pytest.raises(KeyboardInterrupt):
        score_folder(source, url, jobs=1)
    assert (tmp_path / "far" / ".work" / str(kept[0]) / "counts.json").is_file()
    assert not (tmp_path / "far" / "articles.jsonl").exists()
    later: list[int] = []

    def keep_rest(url: str, work: Path, number: int) -> None:
        place.keep_task(url, work, number)
        later.append(number)

    monkeypatch.setattr(engine, "keep_task", keep_rest)
    score_folder(source, url, jobs=1)
    assert later
    assert kept[0] not in later
    assert content(tmp_path / "far") == content(tmp_path / "out")


def test_other_settings_and_foreign_results_are_refused(tmp_path: Path, memory: str) -> None:
    source = make(tmp_path / "in", 2)
    score_folder(source, memory, jobs=1)
    with pytest.raises(
        BatchError, match=r"^memory://stance-test/out: holds results of other settings"
    ):
        score_folder(source, memory, settings=Settings(text=False), jobs=1)
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    (foreign / "articles.jsonl").write_text("{}\n")
    with pytest.raises(BatchError, match=r"holds articles\.jsonl but no manifest"):
        score_folder(source, foreign.as_uri(), jobs=1)


def test_an_unknown_protocol_is_named(tmp_path: Path) -> None:
    source = make(tmp_path / "in", 1)
    with pytest.raises(BatchError, match=r"nowhere://x: .*give an address that fsspec can open"):
        score_folder(source, "nowhere://x", jobs=1)
