"""The file of `make bench`: what is measured again is replaced, the rest stays."""

from benchmarks.report import Table, write


def table(title, figure):
    return Table(title, ("", "seconds"), [["ours", figure]], "Medians.").measured(load=0.5, seconds=12)


def test_a_table_measured_again_replaces_the_old_one_alone(tmp_path):
    path = tmp_path / "results.md"
    for title, figure in (("Epochs", "1.00"), ("Waits", "2.00"), ("Epochs", "3.00")):
        write(path, table(title, figure))
    text = path.read_text()
    assert text.count("## Epochs") == text.count("## Waits") == 1
    assert "3.00" in text
    assert "2.00" in text
    assert "1.00" not in text


def test_a_table_says_what_its_figures_depend_on(tmp_path):
    path = tmp_path / "results.md"
    write(path, table("Epochs", "1.00"))
    assert "Load before: 0.5." in path.read_text()
    assert "tensorflow" in path.read_text()
