"""MNIST is read from a folder, or fetched once: checked, continued, never half."""

import gzip
import hashlib
import http.server
import struct
import threading
from pathlib import Path

import numpy as np
import pytest

from convviz import datasets
from convviz.datasets import _mnist

REAL = Path(__file__).parents[3] / "shared" / "data" / "mnist"
SMALL = {
    "train-images-idx3-ubyte": np.arange(3 * 28 * 28, dtype=np.uint8).reshape(3, 28, 28),
    "train-labels-idx1-ubyte": np.array([5, 0, 4], np.uint8),
    "t10k-images-idx3-ubyte": np.full((2, 28, 28), 255, np.uint8),
    "t10k-labels-idx1-ubyte": np.array([7, 2], np.uint8),
}


def idx(array):
    head = struct.pack(">HBB", 0, 8, array.ndim) + struct.pack(f">{array.ndim}I", *array.shape)
    return head + array.tobytes()


def archives():
    return {f"{name}.gz": gzip.compress(idx(array)) for name, array in SMALL.items()}


@pytest.fixture
def folder(tmp_path):
    for name, data in archives().items():
        (tmp_path / name).write_bytes(data)
    return tmp_path


@pytest.fixture
def server(monkeypatch):
    """A server on this machine; `files`, what it `broke` off after, and the ranges it was asked."""
    files, asked, limits = archives(), [], {}

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            name = self.path.strip("/")
            asked.append((name, self.headers.get("Range")))
            if name not in files:
                return self.send_error(404)
            data, first = files[name], 0
            if asked[-1][1]:
                first = int(asked[-1][1].removeprefix("bytes=").rstrip("-"))
                if first >= len(data):
                    return self.send_error(416)
            self.send_response(206 if first else 200)
            self.send_header("Content-Length", str(len(data) - first))
            self.end_headers()
            self.wfile.write(data[first:][: limits.pop(name, None)])

        def log_message(self, *arguments):
            pass

    found = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=found.serve_forever, daemon=True)
    thread.start()
    address = f"http://127.0.0.1:{found.server_port}/"
    monkeypatch.setattr(_mnist, "MIRRORS", (address,))
    sums = {name: hashlib.sha256(idx(array)).hexdigest() for name, array in SMALL.items()}
    monkeypatch.setattr(_mnist, "_FILES", sums)
    yield found, files, asked, limits
    found.shutdown()
    found.server_close()
    thread.join()


def right(found):
    for (images, labels), kind in zip(found, ("train", "t10k"), strict=True):
        expected = SMALL[f"{kind}-images-idx3-ubyte"].astype(np.float32) / np.float32(255)
        np.testing.assert_array_equal(images, expected)
        np.testing.assert_array_equal(labels, SMALL[f"{kind}-labels-idx1-ubyte"])
        assert labels.dtype == np.int64
    return True


def test_files_are_read_from_a_folder_of_the_users(folder):
    assert right(datasets.mnist(folder))


def test_files_may_have_been_unpacked(folder):
    for path in list(folder.iterdir()):
        path.with_suffix("").write_bytes(gzip.decompress(path.read_bytes()))
        path.unlink()
    assert right(datasets.mnist(folder))


def test_the_folder_may_stand_in_a_variable(folder, monkeypatch):
    monkeypatch.setenv("CONVVIZ_MNIST", str(folder))
    assert right(datasets.mnist())


def test_what_is_missing_is_named_with_the_folder(folder):
    (folder / "t10k-labels-idx1-ubyte.gz").unlink()
    with pytest.raises(FileNotFoundError) as caught:
        datasets.mnist(folder)
    assert str(caught.value) == (
        f"MNIST needs t10k-labels-idx1-ubyte.gz in {folder}: put them there, name another "
        "folder, or call mnist(download=True) once while you are online"
    )


# without the time, which would be part of the test's name
HALF = gzip.compress(b"hello", mtime=0)[:-9]


@pytest.mark.parametrize(
    "damage", [b"", b"\x1f\x8bnothing", b"\0\0\x08\x01\0\0\0\x09abc", HALF]
)
def test_a_damaged_file_is_named(folder, damage):
    path = folder / "train-images-idx3-ubyte.gz"
    path.write_bytes(damage)
    with pytest.raises(ValueError) as caught:
        datasets.mnist(folder)
    assert str(caught.value) == (
        f"{path} is damaged, or no file of MNIST: remove it and fetch it again"
    )


def test_files_are_fetched_once(server, tmp_path):
    _, _, asked, _ = server
    assert right(datasets.mnist(tmp_path / "new" / "place", download=True))
    assert len(asked) == 4
    assert right(datasets.mnist(tmp_path / "new" / "place", download=True))
    assert len(asked) == 4


def test_what_broke_off_is_continued(server, tmp_path):
    _, files, asked, limits = server
    name = "train-images-idx3-ubyte.gz"
    limits[name] = 40
    with pytest.raises(OSError, match="could not be fetched") as caught:
        datasets.mnist(tmp_path, download=True)
    assert "broke off after 40 of" in str(caught.value) or "IncompleteRead" in str(caught.value)
    assert not (tmp_path / name).exists()
    assert right(datasets.mnist(tmp_path, download=True))
    assert asked[:2] == [(name, None), (name, "bytes=40-")]
    assert not list(tmp_path.glob("*.part"))


def test_a_file_that_came_whole_but_was_not_moved_is_used(server, tmp_path):
    _, files, _, _ = server
    name = "train-labels-idx1-ubyte.gz"
    (tmp_path / f"{name}.part").write_bytes(files[name])
    assert right(datasets.mnist(tmp_path, download=True))


def test_a_file_that_is_another_is_thrown_away(server, tmp_path):
    _, files, _, _ = server
    name = "t10k-labels-idx1-ubyte.gz"
    good, files[name] = files[name], gzip.compress(idx(np.array([1, 1], np.uint8)))
    with pytest.raises(OSError, match="what came is not the file that was asked for"):
        datasets.mnist(tmp_path, download=True)
    assert not (tmp_path / name).exists() and not (tmp_path / f"{name}.part").exists()
    files[name] = good
    assert right(datasets.mnist(tmp_path, download=True))


def test_without_a_server_the_message_says_what_to_do(server, tmp_path):
    found, *_ = server
    found.shutdown()
    found.server_close()
    with pytest.raises(OSError, match="try again online, or put it into"):
        datasets.mnist(tmp_path, download=True)


@pytest.mark.skipif(not REAL.is_dir(), reason="the real MNIST is not on this machine")
def test_the_real_files_are_what_is_asked_of_a_download():
    for name, expected in _mnist._FILES.items():
        content = _mnist._content(_mnist._found(REAL, name))
        assert hashlib.sha256(content).hexdigest() == expected
    (images, labels), (_, tests) = datasets.mnist(REAL)
    assert images.shape == (60_000, 28, 28) and labels[:5].tolist() == [5, 0, 4, 1, 9]
    assert np.bincount(tests).tolist() == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
