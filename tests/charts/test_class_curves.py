"""The curves of a class: the best run stands out, not by its colour alone."""

from __future__ import annotations

from mnist_core.charts.class_curves import ClassCurve, class_curves


def test_the_best_run_is_drawn_last_thicker_with_markers_and_its_name():
    curves = [
        ClassCurve("Ada: 128 units", (1, 2), (0.9, 0.97)),
        ClassCurve("Bob", (1,), (0.95,)),
        ClassCurve("Cy", (), ()),
        ClassCurve("Dee", (1, 2), (0.99, 0.96)),
        ClassCurve("Eve", (1,), (0.995,), may_be_best=False),
    ]
    figure, summary = class_curves(curves, 5)
    assert [line.name for line in figure.data] == ["Bob", "Dee", "Eve", "Ada: 128 units"]
    best, others = figure.data[-1], figure.data[:-1]
    assert all(best.line.width > 2 * line.line.width and best.marker.symbol != line.marker.symbol for line in others)
    assert figure.layout.annotations[0].text == "<b>Ada: 128 units: 97.00 %</b>"
    assert summary == (
        "5 runs. Best on the test images: Ada: 128 units with 97.00 % after epoch 2; the lowest has 95.00 %."
    )


def test_before_the_first_test_there_is_no_best_run():
    assert class_curves([], 5).summary == "No runs yet: they appear here as soon as somebody trains."
    figure, summary = class_curves([ClassCurve("Ada", (), ())], 5)
    assert not figure.layout.annotations
    assert summary == "1 run; none has been tested after an epoch yet."


def test_a_nickname_is_text_in_the_chart():
    figure, _ = class_curves([ClassCurve("<a href='//evil'>x</a>%{x}", (1,), (0.9,))], 5)
    assert "<a" not in figure.data[0].name
    assert "<a" not in figure.layout.annotations[0].text
    assert "%{" not in figure.data[0].name
