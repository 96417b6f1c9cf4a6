"""The pictures of an article as the picture doctor lists them."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication

from reader.ui.picturelist import Line, PictureModel


def test_the_model_keeps_qts_rules_and_says_what_it_does(qapp: QApplication) -> None:
    model = PictureModel()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.reset([Line(0, "harbour.png"), Line(1, "雾.png")])
    changed: list[int] = []
    model.dataChanged.connect(lambda top, _bottom: changed.append(top.row()))
    model.put(Line(1, "雾.png", busy=True))
    assert changed == [1]
    assert model.index(1).data(Qt.ItemDataRole.AccessibleTextRole) == "雾.png, Asking…"
    model.reset([])
    assert model.rowCount() == 0
    tester.deleteLater()
