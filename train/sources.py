"""The public corpora: where each one comes from, its digests, its licence, and how to cite it."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from train.errors import CorpusError

LicenceClass = Literal["open", "share-alike", "research"]


@dataclass(frozen=True)
class RemoteFile:
    """One file: its path in the repository, its path in the mirror folder, its SHA-256."""

    path: str
    local: str
    sha256: str


@dataclass(frozen=True)
class Source:
    """A corpus at one commit of a public repository.

    Parameters
    ----------
    name : str
        As it stands in the feature ``corpus``.
    licence_class : {"open", "share-alike", "research"}
        ``research``: no licence stated, GPL, or non-commercial. Single articles may be narrower
        than their corpus (wire copy within ``voa``).
    unit : str
        What one row is.
    """

    name: str
    repository: str
    commit: str
    files: tuple[RemoteFile, ...]
    licence: str
    licence_class: LicenceClass
    citation: str
    unit: str


SOURCES: Final[tuple[Source, ...]] = (
    Source(
        "wikinews",
        "vanatteveldt/wikinews",
        "347254178bf343f3801aac1d03c41cc09c35decb",
        tuple(
            RemoteFile(
                f"data/wikinews_{year}.csv",
                f"wikinews_2019_2020/data/wikinews_{year}.csv",
                sha256,
            )
            for year, sha256 in (
                (2019, "d65f87b01244679d01c89ec15616fbd8413e7852732432d5895fa4db9b21ac9e"),
                (2020, "42f833b55a848b6a9070c3be7e7ab5e55d3150a3e128419130df5b8283a62f4a"),
            )
        ),
        "CC BY 2.5",
        "open",
        "Wikinews, 2019-2020",
        "article",
    ),
    Source(
        "state",
        "markschaver/State-Department-PR",
        "cd530c3f052fb81ae5ecc187d0c335100d3de922",
        (
            # No such file is in the repository: it is built from 293 commits (train/state.py).
            RemoteFile(
                "",
                "state_press_releases/state_press_releases.jsonl",
                "1f963c8767805063002a3224dac10ae687c47947701db44751b39e2756a2b171",
            ),
        ),
        "public domain (17 USC 105)",
        "open",
        "US Department of State, press releases, 2021-2022",
        "press release",
    ),
    Source(
        "voa",
        "limanling/m2e2",
        "5d44972c8a713aa4d103ced986ade6df4bda28da",
        (
            RemoteFile(
                "data/m2e2_annotations.zip",
                "m2e2-voa/m2e2_annotations.zip",
                "ffb01e9aa5c6b9c2ccc968954f49488c119a446c6d5fc66a260ac29418782afa",
            ),
        ),
        "text public domain (Voice of America), save wire copy in it; annotations: none stated",
        "open",
        "Li et al., ACL 2020; texts: Voice of America",
        "article",
    ),
    Source(
        "newsdiscourse",
        "prafulla77/Discourse_Profiling",
        "2005fe337d782bc98061bea6e66c11e7b7861915",
        tuple(
            RemoteFile(f"data/{split}.zip", f"news-discourse/{split}.zip", sha256)
            for split, sha256 in (
                ("train", "9255df5e832c54a75802640e45d9b0f20329e60f03d8b0b16b2daccbb0aac518"),
                ("validation", "f4d38c26f105de54b57c37528e32afa7fffce991ddbbb97e6a7f7869031630da"),
                ("test", "bc969e6d4fe83f1e66799cb700058650f45156d7cb7acac27bc2857ec5e7b0a7"),
            )
        ),
        "none stated",
        "research",
        "Choubey, Lee, Huang, Wang, ACL 2020",
        "article",
    ),
    Source(
        "cameo-quadclass",
        "eventdata/ConfliBERT",
        "0b630014885b9597622082034cc5ab5471b57e5b",
        tuple(
            RemoteFile(f"data/cameo_class/{split}.tsv", f"cameo-quadclass/{split}.tsv", sha256)
            for split, sha256 in (
                ("train", "556c5a91ea278517b6f1595d2a55c04ca98219f255c95a617783decd179fd5fb"),
                ("test", "af8977b120cb0df3b6bfc8b01297415506fc54fb035f0288b5e0c4492ad7c3dd"),
            )
        ),
        "GPL-3.0 (repository; it does not own the texts)",
        "research",
        "doi 10.1145/3514094.3534178 (AIES 2022)",
        "sentence",
    ),
    Source(
        "plover-plv",
        "snowood1/Zero-Shot-PLOVER",
        "d2d0b0ad3825e98e1a9a3d6b273789baa0ef2bea",
        tuple(
            RemoteFile(f"datasets/PLV_{split}.tsv", f"plover-plv/PLV_{split}.tsv", sha256)
            for split, sha256 in (
                ("train", "b184c7623cb05a48011adabd951f1a7f7efa8c80059ef4dc12c3d3231de5f5d3"),
                ("test", "1eaa0cf1e82b2cb7214f5de02975e42dbc8548baf2034f9d7058416a8627df1a"),
            )
        ),
        "none stated",
        "research",
        "Hu et al., ACL 2024",
        "sentence",
    ),
    Source(
        "plover-gsr",
        "openeventdata/PLOVER",
        "5e0c24fba623f2d8df5ae3c7de7a94dba90d5b6f",
        (
            RemoteFile(
                "gold_standard_records/PLOVER_GSR_CAMEO.txt",
                "plover-gsr/PLOVER_GSR_CAMEO.txt",
                "f0d516858bf7ad05283ed0f8e6b1ea66d9ee4175703877d5ab0598503aa1a558",
            ),
        ),
        "CC BY-SA 4.0",
        "share-alike",
        "Open Event Data Alliance, 2016",
        "sentence",
    ),
    Source(
        "keep-it-local",
        "javierosorio/keep_it_local",
        "9adc00fd46dfbe0a27b6bbf3daddcda226d0863e",
        (
            RemoteFile(
                "1_data/en/quadclass/en_annotations_quad_multiclass.tsv",
                "keep-it-local/en_annotations_quad_multiclass.tsv",
                "384dc95f8058c60e988e4473f13ff76f2b42f42c8e3d5e9a8a53d52eb58f0a4b",
            ),
        ),
        "MIT (repository)",
        "open",
        "repository keep_it_local; texts: United Nations Parallel Corpus",
        "sentence",
    ),
    Source(
        "directed-sentiment",
        "bywords/directed_sentiment_analysis",
        "6a1275f070e40e8d9ae7499963556653c05d439c",
        tuple(
            RemoteFile(f"dataset/{split}.txt", f"directed-sentiment/{split}.txt", sha256)
            for split, sha256 in (
                ("train", "0b608a7e376bcd73aad9f0f211d0c29e5fe520a281d1d4b3f5e4e37a20a0636b"),
                ("valid", "e4bd17fd9f419acd034912de9bfc746a7e400d84496e6082cd18e30b4cedface"),
                ("test", "a1dcda253f3741e5d66018cad7dc757350c853be7d905a11fd707eb708c847d0"),
            )
        ),
        "none stated; use with citation",
        "research",
        "Park, Pan, Joo, ACL 2021",
        "sentence",
    ),
    Source(
        "torque",
        "qiangning/TORQUE-dataset",
        "ab27019cc6a317fde3c879900499f02acce8b16d",
        (
            RemoteFile(
                "data/dev.json",
                "torque/dev.json",
                "7a8dd84c984f28a5284bdfda57b447218e1269cd2eaf05b5e173394fc1522434",
            ),
        ),
        "Apache-2.0 (repository); texts: agencies and newspapers",
        "research",
        "Ning et al., EMNLP 2020",
        "passage",
    ),
    Source(
        "torquestra",
        "fd-semantics/causal-schema-public",
        "cf580a657b437df453ad32ca14444355cc0920ff",
        (
            RemoteFile(
                "data/torquestra-human-2023-02-23.json",
                "torque/torquestra-human-2023-02-23.json",
                "c02c5b9735995c50e259f53fb6a9618a7e1857de6fb07128b915909d114464c3",
            ),
        ),
        "GPL-3.0 (repository); texts: agencies and newspapers",
        "research",
        "Regan et al., 2023; passages of TORQUE",
        "passage",
    ),
    Source(
        "case2021-task2",
        "emerging-welfare/case-2021-shared-task",
        "450624242395a2752da9ccd11b4022d3c08f17a7",
        (
            RemoteFile(
                "task2/test_dataset/test_set_final_release_with_labels.tsv",
                "case2021-task2/test_set_final_release_with_labels.tsv",
                "8a96e91cf2a61a293c6fb60beb2d023e6f0c9a218e2e678b7e1273473223c7ee",
            ),
        ),
        "none stated",
        "research",
        "Haneczok et al., CASE at ACL-IJCNLP 2021",
        "sentence",
    ),
    Source(
        "uw-factuality",
        "njjiang/factuality_bert",
        "03c67193240a24806c9065acd757196681d941fe",
        tuple(
            RemoteFile(f"glue_data/UW/{split}.conll", f"uw-factuality/{split}.conll", sha256)
            for split, sha256 in (
                ("train", "4c968af04d51eb928332b5f9c4740b45868f39fc9cc4b232c1712d5694ecf4b7"),
                ("dev", "7b2039f032ca0e94911ca3cedb14cdcfc845f66ee80a5d5087826590f2ebd6f2"),
                ("test", "b97a2326fb37c1a700138c21baaea340e209ca1668a6ecc164900facd21dbe6b"),
            )
        ),
        "MIT (repository); texts: newspapers and agencies",
        "research",
        "Lee, Artzi, Choi, Zettlemoyer, EMNLP 2015; Jiang, de Marneffe, TACL 2021",
        "sentence",
    ),
    Source(
        "unscon",
        "linatal/UNSCon",
        "ecfa26dfe1af1eec2843004dfc6db16693a6b1c1",
        (
            RemoteFile(
                "data/conflict_annotations_sentences.csv",
                "unscon/conflict_annotations_sentences.csv",
                "a99b1dee3b9be3e0baa06849920f9149944cbec3383c7a962ae91858e5e09836",
            ),
        ),
        "CC BY-SA (version not stated)",
        "share-alike",
        "Zaczynska, Bourgonje, Stede, LREC-COLING 2024",
        "sentence",
    ),
)

LABELLED: Final[tuple[str, ...]] = ("wikinews", "state", "voa", "newsdiscourse")
FURTHER: Final[tuple[str, ...]] = ("directed-sentiment", "torque", "torquestra")
BENCHMARKS: Final[tuple[str, ...]] = tuple(
    s.name for s in SOURCES if s.name not in (*LABELLED, "torque", "torquestra")
)


def source_of(name: str) -> Source:
    """Return the record of a corpus.

    Raises
    ------
    CorpusError
        If there is no such corpus.
    """
    for source in SOURCES:
        if source.name == name:
            return source
    raise CorpusError(f"{name!r}: no such corpus; known are {', '.join(s.name for s in SOURCES)}")


def origin_of(name: str) -> str:
    """Return repository and commit of a corpus, or that it is the project's own."""
    return next((f"{s.repository}@{s.commit}" for s in SOURCES if s.name == name), "own")


def check_bytes(name: str, content: bytes, sha256: str) -> None:
    """Raise a CorpusError with file, expected and found unless `content` has this digest."""
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        raise CorpusError(
            f"{name}: expected sha256 {sha256}, found {found}; delete the file and fetch it again"
        )


def check_mirror(mirror: Path, name: str) -> None:
    """Check that a mirror folder holds every file of a corpus, to the byte.

    Raises
    ------
    CorpusError
        If a file is missing or has another digest.
    """
    for file in source_of(name).files:
        path = mirror / file.local
        if not path.is_file():
            raise CorpusError(
                f"{path}: expected a file of {name}, found none; run python -m train fetch"
            )
        check_bytes(str(path), path.read_bytes(), file.sha256)


def has_labelled(mirror: Path) -> bool:
    """Say whether a folder holds the files that the labelled set is made from."""
    return all(
        (mirror / file.local).is_file()
        for name in (*LABELLED, *FURTHER)
        for file in source_of(name).files
    )
