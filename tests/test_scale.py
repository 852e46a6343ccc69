"""The page for other engines holds an example of each, and its prices follow from the rates."""

from scale import EXAMPLE, PAGE, RATES, render


def test_every_engine_has_an_example() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert [name for name, _ in EXAMPLE.findall(text)] == ["Spark", "Ray", "polars", "DuckDB"]
    assert len(RATES.findall(text)) == 1


def test_a_day_costs_its_pages_over_the_rate() -> None:
    page = render({"Spark": (9.0, 1234.5)}, pages=100.0, load=0.0)
    assert "| Spark | 9.0 | 1,234 |" in page
    assert "| 500,000 | 1.4 |" in page
