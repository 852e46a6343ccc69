"""``python -m train teach``: fine-tune a small encoder, and write its soft labels.

The encoder (all-MiniLM-L6-v2, packaged) needs the dependency group ``teacher``. It is used here
and nowhere else: training reads the committed soft labels, prediction knows nothing of either.
"""

import math
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from stance.labels import LABELS

MAX_TOKENS: Final = 128
EPOCHS: Final = 2
BATCH: Final = 16
LEARNING_RATE: Final = 8e-5
_WARM: Final = 0.06  # share of the steps over which the learning rate rises
_SORTED: Final = 40  # batches within which paragraphs are sorted by length, to spare padding
# Share of the runner-up label by weight of the row: a coin toss is nearly that.
_RUNNER_UP: Final = ((0.7, 0.3), (0.95, 0.1))


@dataclass(frozen=True)
class Labelled:
    """Labelled paragraphs: target shares of shape (n, n_labels), weights of shape (n,)."""

    texts: list[str]
    targets: NDArray[np.float64]
    weights: NDArray[np.float64]

    def take(self, index: NDArray[np.int64]) -> "Labelled":
        """Return the paragraphs at `index`."""
        return Labelled([self.texts[i] for i in index], self.targets[index], self.weights[index])


def targets_of(labels: list[str], seconds: list[str], weights: list[float]) -> NDArray[np.float64]:
    """Return target shares, shape (n, n_labels): one label, or two where the reader was unsure."""
    targets = np.zeros((len(labels), len(LABELS)))
    for row, label, second, weight in zip(targets, labels, seconds, weights, strict=True):
        share = next((s for below, s in _RUNNER_UP if weight < below), 0.0) if second else 0.0
        row[LABELS.index(label)] += 1.0 - share
        if share:
            row[LABELS.index(second)] += share
    return targets


@dataclass(frozen=True)
class Teacher:
    """An encoder with a linear head over the mean of its token vectors, and its random numbers."""

    tokenizer: Any
    encoder: Any
    head: Any
    rng: np.random.Generator

    def modules(self) -> tuple[Any, Any]:
        """Return what is trained."""
        return self.encoder, self.head


def fine_tune(data: Labelled, seed: int, say: Callable[[str], None]) -> Teacher:
    """Fine-tune the packaged encoder on labelled paragraphs."""
    import torch

    teacher = _load(seed)
    ids = _ids(teacher, data.texts)
    targets, weights = (torch.tensor(a, dtype=torch.float32) for a in (data.targets, data.weights))
    n_steps = EPOCHS * math.ceil(len(ids) / BATCH)
    optimizer, rate = _optimizer(teacher, n_steps)
    for module in teacher.modules():
        module.train()
    for epoch in range(EPOCHS):
        total = 0.0
        for batch in _batches(ids, teacher.rng):
            log_proba = torch.log_softmax(_logits(teacher, [ids[i] for i in batch]), 1)
            loss = (-(targets[batch] * log_proba).sum(1) * weights[batch]).mean()
            optimizer.zero_grad()
            loss.backward()
            for module in teacher.modules():
                torch.nn.utils.clip_grad_norm_(module.parameters(), 1.0)
            optimizer.step()
            rate.step()
            total += loss.item() * len(batch)
        say(f"epoch {epoch + 1} of {EPOCHS}: mean loss {total / len(ids):.3f}")
    return teacher


def predict_proba(teacher: Teacher, texts: list[str]) -> NDArray[np.float64]:
    """Return probabilities, shape (n_texts, n_labels)."""
    import torch

    ids = _ids(teacher, texts)
    order = np.argsort([len(row) for row in ids], kind="stable")
    proba = np.zeros((len(ids), len(LABELS)))
    for module in teacher.modules():
        module.eval()
    with torch.inference_mode():
        for i in range(0, len(order), 4 * BATCH):
            batch = order[i : i + 4 * BATCH]
            proba[batch] = torch.softmax(_logits(teacher, [ids[j] for j in batch]), 1).numpy()
    return proba


def _load(seed: int) -> Teacher:
    import torch
    from all_minilm_l6_v2 import extract_model
    from transformers import AutoModel, AutoTokenizer

    torch.manual_seed(seed)
    with tempfile.TemporaryDirectory() as folder:
        path = extract_model(folder)
        tokenizer = AutoTokenizer.from_pretrained(path)
        # The fused attention is several times slower backwards on a processor.
        encoder = AutoModel.from_pretrained(path, attn_implementation="eager")
    size = encoder.config.hidden_size
    head = torch.nn.Sequential(torch.nn.Dropout(0.1), torch.nn.Linear(size, len(LABELS)))
    return Teacher(tokenizer, encoder, head, np.random.default_rng(seed))


def _optimizer(teacher: Teacher, n_steps: int) -> tuple[Any, Any]:
    import torch

    groups = [
        {"params": teacher.encoder.parameters(), "lr": LEARNING_RATE},
        {"params": teacher.head.parameters(), "lr": 10 * LEARNING_RATE},
    ]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    return optimizer, torch.optim.lr_scheduler.LambdaLR(optimizer, lambda n: _rate(n, n_steps))


def _ids(teacher: Teacher, texts: list[str]) -> list[list[int]]:
    return list(teacher.tokenizer(texts, truncation=True, max_length=MAX_TOKENS)["input_ids"])


def _logits(teacher: Teacher, rows: list[list[int]]) -> Any:
    import torch

    width = max(map(len, rows))
    ids = torch.tensor([row + [0] * (width - len(row)) for row in rows])
    mask = torch.tensor([[1] * len(row) + [0] * (width - len(row)) for row in rows])
    with torch.autocast("cpu", dtype=torch.bfloat16):
        hidden = teacher.encoder(input_ids=ids, attention_mask=mask).last_hidden_state
        share = mask.unsqueeze(-1).to(hidden.dtype)
        return teacher.head((hidden * share).sum(1) / share.sum(1)).float()


def _batches(ids: list[list[int]], rng: np.random.Generator) -> Iterator[NDArray[np.int64]]:
    lengths = np.array([len(row) for row in ids])
    order = rng.permutation(len(ids))
    batches = []
    for i in range(0, len(order), BATCH * _SORTED):
        chunk = order[i : i + BATCH * _SORTED]
        chunk = chunk[np.argsort(lengths[chunk], kind="stable")]
        batches += [chunk[j : j + BATCH] for j in range(0, len(chunk), BATCH)]
    for number in rng.permutation(len(batches)):
        yield batches[number]


def _rate(step: int, n_steps: int) -> float:
    """Return the factor of the learning rate at a step: up, then straight down to 0."""
    warm = max(1, int(_WARM * n_steps))
    return min((step + 1) / warm, max(0.0, (n_steps - step) / max(1, n_steps - warm)))
