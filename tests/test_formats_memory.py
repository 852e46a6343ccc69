"""What is held of a long table or archive does not grow with its length."""

import gzip
import io
import json
import tarfile
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest
from formats_data import A, B

from stance.formats import Document, iter_documents


@pytest.fixture(autouse=True)
def kernel() -> str:
    """Stand in for both kernels: none takes part in reading."""
    return "none"


def write_jsonl(path: Path, n: int) -> None:
    """Write records a line."""
    with path.open("w") as file:
        file.writelines(json.dumps({"id": i, "text": f"{A}\n\n{B}"}) + "\n" for i in range(n))


def write_csv_gz(path: Path, n: int) -> None:
    """Write a packed table."""
    with gzip.open(path, "wt") as file:
        file.write("id,text\n")
        file.writelines(f'{i},"{A}\n\n{B}"\n' for i in range(n))


def write_tar_xz(path: Path, n: int) -> None:
    """Write an archive of texts."""
    with tarfile.open(path, "w:xz", preset=0) as archive:
        for i in range(n):
            info = tarfile.TarInfo(f"{i}.txt")
            info.size = len(A)
            archive.addfile(info, io.BytesIO(A.encode()))


def peak_bytes(path: Path, n: int) -> int:
    """Read a file and return the most memory that was held by Python objects meanwhile."""
    for _ in iter_documents(path):  # what is imported and cached at first use does not count
        break
    tracemalloc.start()
    assert sum(isinstance(found, Document) for found in iter_documents(path)) == n
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


@pytest.mark.parametrize(
    ("name", "write"),
    [("a.jsonl", write_jsonl), ("a.csv.gz", write_csv_gz), ("a.tar.xz", write_tar_xz)],
)
def test_memory_is_flat(tmp_path: Path, name: str, write: Callable[[Path, int], None]) -> None:
    peaks = []
    for n in (700, 2800):
        write(tmp_path / name, n)
        peaks.append(peak_bytes(tmp_path / name, n))
    assert peaks[1] < 1.2 * peaks[0]
