"""Still pictures: well formed, complete, the same every time."""

import io
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from PIL import Image

from convviz import figures, scenes
from convviz.scenes.scene import KINDS, Grid, Scene, Step
from convviz.scenes.step import MARKS


def layered():
    """Planes in a stack, three rows, arrows, every mark and a badge."""
    planes = [scenes.Grid(f"plane {n}", "input", np.eye(3) * n, stack="input 3×3×3") for n in range(3)]
    last = [scenes.Grid(name, "output", [range(6)]) for name in ("one", "two")]
    marks = tuple((("one", 0, n), kind) for n, kind in enumerate(MARKS))
    links = ((("plane 2", 2, 1), ("one", 0, 3)), (("one", 0, 5), ("two", 0, 0)))
    step = scenes.Step("All of it.", marks=marks, links=links, badges=((("two", 0, 1), "+7"),))
    return scenes.Scene("Layers", "l", (*planes, *last), ("→", ""), (step,), rows=(1, 1, 1))


SVG = "{http://www.w3.org/2000/svg}"
EVERY = [
    scenes.convolution2d(scenes.EXAMPLE_IMAGE, scenes.ISOLATED_ONE, 2, padding=1, relu=True),
    scenes.convolution1d(scenes.EXAMPLE_SIGNAL, scenes.ISOLATED_ONE_1D),
    scenes.arithmetic(5, 3, stride=2, transposed=True),
    scenes.pixel_use(),
    scenes.padding_modes(np.arange(9).reshape(3, 3), 1),
    layered(),
    scenes.image_kernels(np.arange(64).reshape(8, 8), scenes.KERNELS["Sobel x"]),
]


def texts(svg):
    return ["".join(node.itertext()) for node in ET.fromstring(svg).iter(f"{SVG}text")]


@pytest.mark.parametrize("scene", EVERY, ids=lambda scene: scene.name)
def test_the_svg_is_well_formed_and_always_the_same(scene):
    assert figures.svg(scene) == figures.svg(scene)
    ET.fromstring(figures.svg(scene))


@pytest.mark.parametrize("scene", EVERY, ids=lambda scene: scene.name)
def test_every_grid_is_labelled_and_nothing_leaves_the_paper(scene):
    svg = figures.svg(scene)
    root = ET.fromstring(svg)
    for grid in scene.grids:
        assert any(text.startswith(grid.name) for text in texts(svg))
    wide, high = float(root.get("width")), float(root.get("height"))
    for shape in [*root.iter(f"{SVG}rect"), *root.iter(f"{SVG}image")]:
        assert 0 <= float(shape.get("x")) and float(shape.get("x")) + float(shape.get("width")) <= wide
        assert 0 <= float(shape.get("y")) and float(shape.get("y")) + float(shape.get("height")) <= high


def test_the_grids_of_a_stack_stand_in_line_with_row_numbers_or_without():
    stacked = [Grid("many rows", "input", np.eye(3), stack="s"), Grid("a row", "output", [[1, 2, 3]], stack="s")]
    root = ET.fromstring(figures.svg(Scene("Stack", "s", tuple(stacked), ())))
    cells = [shape for shape in root.iter(f"{SVG}rect") if shape.get("width") == "36"]
    assert len(cells) == 12 and len({shape.get("x") for shape in cells}) == 3


def test_a_long_row_is_drawn_as_bars_up_and_down_from_zero():
    signal = np.zeros(30)
    signal[3], signal[20] = 2, -1
    drawn = np.asarray(Image.open(io.BytesIO(figures.png(scenes.convolution1d(signal, [1]), scale=1))).convert("RGB"))
    middle, pixels = 56 + 30, drawn.astype(int)
    bars = [18 + 8 * place + 4 for place in (3, 20)]
    up, down = pixels[middle - 20, bars], pixels[middle + 10, bars]
    # positive ones orange and up, negative ones blue and down
    assert up[0][0] > up[0][2] + 100 and up[1].min() > 245
    assert down[1][2] > down[1][0] + 100 and down[0].min() > 245


def test_the_formula_and_the_sentence_stand_in_the_picture():
    scene = EVERY[0]
    shown = texts(figures.svg(scene, 7))
    assert scene.steps[7].sentence in " ".join(text.strip() for text in shown)
    assert scene.formula_text(7) in "".join(shown)


def test_the_rows_of_the_stage_stand_one_below_another_and_arrows_lead_from_row_to_row():
    root = ET.fromstring(figures.svg(layered()))
    labels = {"".join(it.itertext()).strip(): float(it.get("y")) for it in root.iter(f"{SVG}text")}
    heights = [labels[name] for name in ("input 3×3×3", "plane 0  3×3", "plane 1  3×3", "one  1×6", "two  1×6")]
    assert heights == sorted(heights)
    downwards, next_down = root.iter(f"{SVG}line"), root.iter(f"{SVG}polygon")
    arrows = [it for it in downwards if it.get("stroke-width") == "2" and float(it.get("y2")) > float(it.get("y1"))]
    assert len(arrows) == len(list(next_down)) == 2
    assert "+7" in texts(figures.svg(layered()))


def test_every_mark_has_a_sign_besides_its_colour():
    root = ET.fromstring(figures.svg(layered()))
    assert sum(it.get("stroke-dasharray") is not None for it in root.iter(f"{SVG}rect")) == 1
    assert sum(it.get("rx") == "15" for it in root.iter(f"{SVG}rect")) == 1
    assert len(list(root.iter(f"{SVG}line"))) == 3


def test_a_step_can_be_chosen():
    assert figures.svg(EVERY[0], 0) != figures.svg(EVERY[0], 1)
    with pytest.raises(ValueError, match="step=99 is not there: this scene has steps 0 to 24"):
        figures.svg(EVERY[0], 99)


@pytest.mark.parametrize(
    ("act", "error", "words"),
    [
        (lambda: figures.svg("x"), TypeError, "scene is a str: pass a scene, such as scenes.conv"),
        (lambda: figures.svg(EVERY[0], 1.5), TypeError, "step must be an integer, got 1.5"),
        (lambda: figures.png(EVERY[0], scale=0), ValueError, "scale=0 is out of range: use a number"),
        (lambda: figures.png(EVERY[0], scale=1e6), ValueError, "scale=1000000.0 is out of range"),
        (lambda: figures.png(EVERY[0], scale="2"), TypeError, "scale='2' is not a number"),
        (
            lambda: figures.save(EVERY[1], "a.gif", seconds_per_step=-1),
            ValueError,
            "seconds_per_step=-1 is out of range",
        ),
    ],
)
def test_arguments_out_of_range_are_refused(act, error, words):
    with pytest.raises(error, match=words):
        act()


def test_the_pixels_of_an_image_grid_are_the_ones_given():
    svg = figures.svg(EVERY[-1])
    data = ET.fromstring(svg).find(f".//{SVG}image").get("href")
    import base64

    picture = Image.open(io.BytesIO(base64.b64decode(data.split(",")[1])))
    assert np.asarray(picture.convert("L")).tolist() == np.arange(64).reshape(8, 8).tolist()


@pytest.mark.parametrize("scene", EVERY, ids=lambda scene: scene.name)
def test_the_png_has_the_size_of_the_svg_times_the_scale(scene):
    root = ET.fromstring(figures.svg(scene))
    image = Image.open(io.BytesIO(figures.png(scene, scale=1.0)))
    assert abs(image.width - float(root.get("width"))) <= 1
    assert abs(image.height - float(root.get("height"))) <= 1


def test_a_gif_plays_every_step_and_reveals_the_results_one_by_one(tmp_path):
    scene = scenes.convolution2d(np.eye(3, dtype=int), np.ones((2, 2), int))
    movie = Image.open(figures.save(scene, tmp_path / "a.gif", seconds_per_step=0.2, scale=1))
    assert movie.n_frames == 4
    frames = []
    for k in range(4):
        movie.seek(k)
        frames.append(np.asarray(movie.convert("L")).astype(int))
    assert all((a != b).any() for a, b in zip(frames, frames[1:], strict=False))


def test_files_are_written_by_their_ending(tmp_path):
    assert figures.save(EVERY[1], tmp_path / "a.svg").read_text("utf-8").startswith("<svg")
    assert figures.save(EVERY[1], tmp_path / "a.png").read_bytes()[1:4] == b"PNG"
    with pytest.raises(ValueError, match="a.bmp ends in '.bmp': use .svg, .png, .gif or .mp4"):
        figures.save(EVERY[1], tmp_path / "a.bmp")


def test_a_result_has_the_colour_of_its_role_and_blocks_have_lines_between_them():
    cell = ("a", 0, 0)
    step = Step("s", result=cell, writes=((cell, 1),))

    def drawn(role, **look):
        grid = Grid("a", role, [[0, 0], [0, 0]], **look)
        return figures.svg(Scene("S", "s", (grid,), (), (step,)))

    frame = 'fill="none" stroke="{}" stroke-width="3"'
    assert frame.format("#9b3f7d") in drawn("gradient") and frame.format("#007a58") in drawn("output")
    assert drawn("output").count("<line") == 0 and drawn("output", blocks=(1, 1)).count("<line") == 2


def test_a_number_on_an_inserted_zero_can_be_read():
    drawn = {}
    for display in ("numbers", "blank"):
        grid = Grid("a", "input", [[0]], kinds=np.array([[KINDS.index("inserted")]]), display=display)
        drawn[display] = figures.svg(Scene("S", "s", (grid,), ()))
    assert 'r="3" fill-opacity=".5"' in drawn["blank"]
    assert 'r="15.84" fill-opacity=".2"' in drawn["numbers"]


def test_arrows_pass_behind_the_labels():
    grids = tuple(Grid(name, "input", [[1, 2]]) for name in ("lower", "upper"))
    step = Step("s", links=((("lower", 0, 0), ("upper", 0, 1)),))
    text = figures.svg(Scene("S", "s", grids, ("",), (step,), rows=(1, 1)))
    assert text.rindex(">lower<") > text.index("<polygon")


def test_words_wider_than_the_paper_are_broken_into_lines():
    svg = figures.svg(scenes.padding_modes([[1, 2, 3]] * 3, 1, "reflect"))
    lines = ["".join(text.itertext()) for text in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]
    assert [line for line in lines if "mirror" in line or "is not repeated" in line] == [
        "reflect: a mirror on the edge pixel: the edge itself ", "is not repeated"
    ]


@pytest.mark.parametrize("level", [0, 60, 128, 201, 254])
def test_padding_is_hatched_so_that_it_is_seen_on_any_grey(level):
    look = {"shade": "gray", "limits": (0, 255), "display": "blank"}
    grid = Grid("x", "input", [[level]], kinds=np.array([[KINDS.index("padding")]]), **look)
    image = Image.open(io.BytesIO(figures.png(Scene("S", "", (grid,), ()), scale=1))).convert("L")
    middle = image.crop((215, 60, 245, 90))
    darkest, lightest = middle.getextrema()
    assert lightest - darkest > 25


@pytest.mark.parametrize("level", [0.0, 128.0, 255.0])
def test_the_padding_of_a_picture_is_hatched_and_the_picture_is_not(level):
    scene = scenes.padding_modes(np.full((30, 30), level), 10, "replicate")
    assert figures.svg(scene).count('fill="url(#hatch)"') == 4
    assert 'fill="url(#hatch)"' not in figures.svg(scenes.padding_modes(np.ones((30, 30)), 0))
    image = Image.open(io.BytesIO(figures.png(scene, scale=1))).convert("L")
    inside, above = image.crop((110, 150, 165, 200)), image.crop((60, 62, 200, 90))
    assert inside.getextrema()[0] == inside.getextrema()[1]
    assert above.getextrema()[1] - above.getextrema()[0] > 25
