"""The road from public corpora to a model folder. Run from a checkout, never installed."""
