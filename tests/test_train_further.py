"""Further corpora: their sentences become units that labels can join."""

import json
from pathlib import Path

from train.further import iter_directed, iter_torque


def test_directed_sentences_lose_their_brackets_and_are_numbered_by_split(tmp_path: Path) -> None:
    folder = tmp_path / "directed-sentiment"
    folder.mkdir()
    for split in ("train", "valid", "test"):
        (folder / f"{split}.txt").write_text(
            "[Norland] thanked [Sudland] .\tNorland\tSudland\t1\n"
            '"No," said [Norland] to  [Sudland]\tNorland\tSudland\t0\n'
        )
    units = list(iter_directed(tmp_path))
    assert [u.article for u in units[:3]] == ["train:1", "train:2", "valid:1"]
    assert units[1].text == '"No," said Norland to Sudland'
    assert {u.licence_class for u in units} == {"research"}


def test_only_the_passages_for_training_are_taken(tmp_path: Path) -> None:
    folder = tmp_path / "torque"
    folder.mkdir()
    (folder / "dev.json").write_text(json.dumps({"a": {"passage": "Talks may  begin."}}))
    items = [{"split": "dev", "text": "Held."}, {"split": "train", "text": "They met."}]
    (folder / "torquestra-human-2023-02-23.json").write_text(json.dumps(items))
    units = list(iter_torque(tmp_path))
    assert [(u.article, u.text) for u in units] == [
        ("dev:a", "Talks may begin."),
        ("torquestra:1", "They met."),
    ]
