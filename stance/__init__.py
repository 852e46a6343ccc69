"""The framing of news, paragraph by paragraph."""
