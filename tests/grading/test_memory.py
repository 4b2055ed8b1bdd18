"""What a submission says does not fill the memory of who marks it."""

import threading

import nbformat
import psutil
import pytest

pytestmark = pytest.mark.timeout(120)


def test_an_endless_print_leaves_the_grader_below_300_MB(tmp_path, short, behaviour, mark):
    path = tmp_path / "a.ipynb"
    nbformat.write(short.submit(output_size=behaviour()["endless_print"]), path)
    most, over = [0], threading.Event()

    def watch():
        while not over.wait(0.02):
            for process in psutil.Process().children(recursive=True):
                try:
                    if "convviz.grading.session" in process.cmdline():
                        most[0] = max(most[0], process.memory_info().rss)
                except psutil.Error:
                    continue

    watching = threading.Thread(target=watch)
    watching.start()
    record = mark(short.master, path)
    over.set()
    watching.join()
    assert record["questions"][0]["status"] == "output limit"
    assert record["points"] == "6"
    assert 10e6 < most[0] < 300e6
