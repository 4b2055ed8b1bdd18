"""Pictures of the reader's own."""

import io

import numpy as np
import pytest
from PIL import Image

from convviz import figures, widgets
from convviz.widgets import _pictures


def file_of(array, kind="PNG"):
    file = io.BytesIO()
    Image.fromarray(array).save(file, kind)
    return file.getvalue()


def test_a_picture_is_read_as_grey_levels():
    levels = np.arange(60, dtype=np.uint8).reshape(6, 10)
    read, told = _pictures.read_picture("a.png", file_of(levels))
    assert (read == levels).all() and told == ""


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_a_large_picture_is_made_small_and_keeps_its_proportions(kind):
    colours = np.random.default_rng(0).integers(0, 256, (400, 800, 3), dtype=np.uint8)
    read, told = _pictures.read_picture("b", file_of(colours, kind))
    assert read.shape == (48, 96)
    assert told.startswith("b has 800×400 pixels: it was made smaller, to 96×48")


@pytest.mark.parametrize("content", [b"", b"no picture at all", file_of(np.zeros((9, 9), np.uint8))[:40]])
def test_a_file_that_is_no_picture_is_refused_by_name(content):
    with pytest.raises(ValueError, match="notes.txt could not be read as a picture: use a PNG, JPEG"):
        _pictures.read_picture("notes.txt", content)


def of_picture(picture, kind="PNG", **more):
    file = io.BytesIO()
    picture.save(file, kind, **more)
    return file.getvalue()


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    ("content", "level"),
    [
        (of_picture(Image.new("RGBA", (4, 4), (0, 0, 0, 0))), 255),
        (of_picture(Image.new("LA", (4, 4), (0, 0))), 255),
        (of_picture(Image.new("RGBA", (4, 4), (0, 0, 0, 0)).quantize(4)), 255),
        (of_picture(Image.new("CMYK", (4, 4)), "JPEG"), 255),
        (file_of(np.full((4, 4), 257 * 100, np.uint16)), 100),
        (file_of(np.full((4, 4), 0.4, np.float32), "TIFF"), 102),
        (of_picture(Image.new("P", (4, 4)), "GIF", save_all=True, append_images=[Image.new("P", (4, 4), 9)]), 0),
    ],
    ids=["clear", "clear grey", "clear palette", "ink", "16 bits", "fractions", "moving"],
)
def test_a_picture_looks_as_on_white_paper(content, level):
    assert (_pictures.read_picture("a", content)[0] == level).all()


def test_a_picture_of_a_telephone_held_upright_stands_upright():
    levels = np.arange(60, dtype=np.uint8).reshape(6, 10)
    lying = Image.fromarray(np.rot90(levels))
    exif = lying.getexif()
    exif[0x0112] = 6
    read, told = _pictures.read_picture("a", of_picture(lying, exif=exif))
    assert (read == levels).all() and told == ""
    exif[0x0112] = 8
    _, told = _pictures.read_picture("a", of_picture(Image.new("L", (300, 100)), exif=exif))
    assert told.startswith("a has 100×300 pixels: it was made smaller, to 32×96")


@pytest.mark.filterwarnings("error")
def test_a_picture_of_a_hundred_million_pixels_is_made_small_and_a_larger_one_is_refused(monkeypatch):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 30_000)
    read, told = _pictures.read_picture("a", file_of(np.zeros((200, 200), np.uint8)))
    assert read.shape == (96, 96) and "made smaller" in told
    with pytest.raises(ValueError, match="a has too many pixels: up to 0 million are read; save a smaller copy"):
        _pictures.read_picture("a", file_of(np.zeros((300, 300), np.uint8)))


def test_a_huge_file_is_refused_before_it_is_read():
    with pytest.raises(ValueError, match="big.png has 21 MB: files up to 20 MB are read"):
        _pictures.read_picture("big.png", b"0" * 21_000_000)


def test_an_uploaded_picture_replaces_the_image_and_a_bad_one_leaves_it():
    widget = widgets.ImageKernels(kernel="identity")
    heard = []
    widget.send = lambda content, buffers=None: heard.append(content)
    levels = np.full((8, 12), 77, np.uint8)
    widget._on_message(widget, {"kind": "upload", "name": "own.png"}, [memoryview(file_of(levels))])
    assert (widget.scene().grid("image").values == 77).all()
    widget._on_message(widget, {"kind": "upload", "name": "bad.png"}, [memoryview(b"bad")])
    assert heard[1:] == [{"kind": "refused", "reason": "bad.png could not be read as a picture: use a PNG, JPEG, GIF or WebP file"}]
    assert (widget.scene().grid("image").values == 77).all()


def test_every_channel_of_a_picture_goes_through_the_kernel():
    colours = np.random.default_rng(3).integers(0, 256, (3, 6, 7)).astype(float)
    widget = widgets.ImageKernels(colours, "outline")
    result = widget.scene().grid("result")
    for plane, channel in zip(result.planes, colours, strict=True):
        alone = widgets.ImageKernels(channel, "outline").scene().grid("result")
        assert plane.tolist() == alone.values.tolist()
    grey = widget.scene(colour=False).grid("image").values
    assert grey[2, 3] == round(np.dot([0.299, 0.587, 0.114], colours[:, 2, 3]))
    assert repr(widget) == f"ImageKernels: 6×7 in colour ∗ 3×3 → {result.note.removesuffix(', 0 is grey')}"


def test_a_picture_of_ones_own_is_loaded_with_its_colours():
    widget = widgets.ImageKernels(kernel="identity", colour=True)
    widget.send = lambda *_: None
    colours = np.arange(60, dtype=np.uint8).reshape(4, 5, 3)
    widget._on_message(widget, {"kind": "upload", "name": "own.png"}, [memoryview(file_of(colours))])
    assert np.array_equal(widget.scene().grid("image").planes, np.moveaxis(colours, 2, 0))
    assert widget.scene(colour=False).grid("image").shape == (4, 5)
    widget.edit("kernel", 0, 0, 1)
    assert widget.setting == {"kernel": "own", "colour": True}


def test_a_coloured_picture_is_drawn_in_colour():
    colours = np.zeros((3, 2, 2))
    colours[1] = 255
    drawn = Image.open(io.BytesIO(figures.png(widgets.ImageKernels(colours, "identity").scene(), scale=1)))
    assert drawn.convert("RGB").getpixel((60, 120)) == (0, 255, 0)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: widgets.ImageKernels(np.ones((8, 9, 3))), r"needs \(3, rows, columns\); use numpy.moveaxis\(image, -1, 0\)"),
        (lambda: widgets.ImageKernels(np.ones((2, 8, 9))), r"needs \(3, rows, columns\); use image\[0\] for one channel"),
        (lambda: widgets.ImageKernels(np.ones((8, 9)), colour=True), "image has one channel: give it three"),
    ],
)
def test_a_picture_of_other_channels_is_refused_with_the_remedy(make, words):
    with pytest.raises(ValueError, match=words):
        make()


def test_an_upload_is_taken_back_like_an_edit_and_a_large_one_is_told():
    widget = widgets.ImageKernels(np.eye(8, dtype=int) * 200, "identity")
    heard = []
    widget.send = lambda content, buffers=None: heard.append(content)
    large = file_of(np.full((200, 100), 9, np.uint8))
    widget._on_message(widget, {"kind": "upload", "name": "own.png"}, [memoryview(large)])
    widget._on_message(widget, {"kind": "edit", "grid": "kernel", "row": 1, "column": 1, "value": 2,
                                "setting": widget.setting}, [])  # fmt: skip
    assert [it["words"] for it in heard if it["kind"] == "told"] == [
        "own.png has 100×200 pixels: it was made smaller, to 48×96, so that every pixel can be seen."
    ]
    widget.undo()
    assert widget.scene().grid("image").shape == (96, 48) and widget.setting == {"kernel": "identity"}
    widget.undo()
    assert widget.scene().grid("image").values.trace() == 1600 and not widget._undoable


def test_values_up_to_one_are_taken_as_a_share_of_white():
    assert _pictures.as_levels(np.array([[0.0, 0.5, 1.0]])).tolist() == [[0.0, 128.0, 255.0]]
    assert _pictures.as_levels(np.array([[0, 1]])).tolist() == [[0, 1]]
