"""A student's figure: drawn anew before a reader's browser meets it, and never large."""

import base64
import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image, PngImagePlugin

from convviz.grading import outputs


def output(data):
    if isinstance(data, bytes):
        data = base64.b64encode(data).decode("ascii")
    return {"output_type": "display_data", "data": {"image/png": data}}


def png(pixels, **options):
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, options.pop("format", "PNG"), **options)
    return stream.getvalue()


def opened(figure):
    return Image.open(io.BytesIO(base64.b64decode(figure)))


COLOURS = np.arange(24, dtype=np.uint8).reshape(2, 4, 3) * 9


def test_the_pixels_are_the_students():
    found = opened(outputs.figure([output(png(COLOURS))]))
    assert found.format == "PNG"
    assert np.array_equal(np.asarray(found), COLOURS)


def test_the_last_of_several_counts_and_other_outputs_are_passed_by():
    first, last = output(png(COLOURS)), output(png(COLOURS[::-1].copy()))
    stream = {"output_type": "stream", "name": "stdout", "text": "x"}
    found = opened(outputs.figure([first, last, stream]))
    assert np.array_equal(np.asarray(found), COLOURS[::-1])


def test_what_is_clear_stands_on_white():
    clear = np.zeros((2, 2, 4), dtype=np.uint8)
    assert np.asarray(opened(outputs.figure([output(png(clear))]))).min() == 255


def test_only_pixels_are_passed_on():
    hidden = PngImagePlugin.PngInfo()
    hidden.add_text("Comment", "<script>alert(1)</script>")
    sent = png(COLOURS, pnginfo=hidden) + b"<script>alert(2)</script>"
    assert b"script" in sent
    assert b"script" not in base64.b64decode(outputs.figure([output(sent)]))


def test_a_large_figure_is_made_smaller_until_it_fits():
    noise = np.random.default_rng(0).integers(0, 256, (600, 800, 3), dtype=np.uint8)
    figure = base64.b64decode(outputs.figure([output(png(noise))]))
    width, height = Image.open(io.BytesIO(figure)).size
    assert len(figure) <= 100_000 and width > 100 and abs(width / height - 4 / 3) < 0.1


def bomb(side):
    """A small PNG that says it is `side` by `side`, and is."""

    def chunk(kind, data):
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    rows = zlib.compress(b"\x00" * (side // 8 + 1) * side, 9)
    parts = chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


@pytest.mark.parametrize(
    "data",
    [
        "",
        "not base64!",
        5,
        ["iVBORw0KGgo="],
        b"<svg onload=alert(1)>",
        png(COLOURS)[:40],
        png(COLOURS, format="JPEG"),
        png(COLOURS, format="GIF"),
        bomb(16_000),
        "A" * 5_000_000,
    ],
    ids=str(list(range(10))).strip("[]").split(", "),
)
def test_what_is_no_picture_of_a_reasonable_size_is_left_out(data):
    assert outputs.figure([output(data)]) == ""


def test_a_bomb_would_be_a_picture_if_it_were_small():
    assert opened(outputs.figure([output(bomb(16))])).size == (16, 16)


def test_a_picture_of_hidden_inputs_is_not_passed_on():
    drawn = [output(png(COLOURS))]
    assert outputs.shown(drawn, "answer")["figure"] and outputs.shown(drawn, "public")["figure"]
    assert outputs.shown(drawn, "probe")["figure"] == outputs.shown(drawn, "setup")["figure"] == ""
