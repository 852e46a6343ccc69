"""The trained model that ships with stance: data only, found as ``stance.model``."""
