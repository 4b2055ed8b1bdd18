"""The architecture calculator: right numbers, beside what was printed, and clear words."""

import re

import numpy as np
import pytest

from convviz import models, nn, widgets
from convviz.models import published
from convviz.nn.seeds import aside
from convviz.widgets._architecture import compared, grouped, report, size, totals, written

EXACT = [
    (network.name, figure.value)
    for network in published.NETWORKS
    for figure in network.figures
    if figure.what == "parameters" and figure.source.startswith(("torch", "Caffe"))
]
NAMES = [network.name for network in published.NETWORKS]


def summed(name):
    network = published.find(name)
    net = network.build(*([network.width[1]] if network.width else []))
    return models.summary(net, (1, *network.sample(network.size)))


def own():
    return nn.Sequential(
        conv=nn.Conv2d(1, 4, 3), relu=nn.ReLU(), flatten=nn.Flatten(), fc=nn.Linear(144, 10)
    )


def shown(widget, row):
    """The cells of a row of either table, as text."""
    rows = re.findall(r"<tr>(.*?)</tr>", widget._shown["report"])
    cells = [[re.sub("<.*?>", "", cell) for cell in re.findall(r"<t[hd].*?>(.*?)</t[hd]>", text)]
             for text in rows]  # fmt: skip
    return next(line for line in cells if line[0].split()[0] == row.split()[0] and row in line[0])


@pytest.mark.parametrize("name", NAMES)
def test_each_network_of_the_literature_is_told_with_the_numbers_of_its_summary(name):
    widget, found = widgets.ArchitectureCalculator(name), summed(name)
    assert shown(widget, "parameters")[1] == f"{found.parameters:,}"
    assert shown(widget, "multiply-adds")[1] == f"{found.multiply_adds:,}"
    assert f"{found.parameters:,} parameters" in repr(widget)


@pytest.mark.parametrize(("name", "parameters"), EXACT)
def test_who_has_counted_parameters_to_the_last_has_counted_as_we_do(name, parameters):
    assert summed(name).parameters == parameters


@pytest.mark.parametrize("name", NAMES)
def test_what_was_published_is_near_what_is_computed(name):
    told = totals(summed(name))
    near = [
        (figure, told[figure.what][0]) for figure in published.find(name).figures
        if figure.what in told and not figure.note.startswith(("poolings", "called", "misprint"))
    ]  # fmt: skip
    for figure, computed in near:
        low, high = figure.value, figure.most or figure.value
        assert 0.95 * low <= computed <= 1.09 * high, figure


def test_every_published_figure_says_who_and_when():
    for network in published.NETWORKS:
        for figure in network.figures:
            assert figure.source == "slides" or re.search(r"(19|20)\d\d$", figure.source), figure


def test_alexnets_numbers_stand_beside_those_of_the_paper_and_the_misprint():
    widget = widgets.ArchitectureCalculator("alexnet")
    head, computed, papers, slides = shown(widget, "multiply-adds")
    assert computed == "724,406,816" and papers == "–"
    assert slides.startswith("630 million misprint") and "stride 2 for convolution 2" in slides
    assert shown(widget, "neurons")[1:3] == [
        "659,272", "650,000 Krizhevsky and others 2012; 1.4 % more here",
    ]  # fmt: skip
    assert "60,965,224 Caffe, Jia and others 2014; the same here" in shown(widget, "parameters")[2]
    assert shown(widget, "top-5 error")[1] == "not from the layers"


def test_a_layer_is_told_with_shape_counts_memory_and_field():
    widget = widgets.ArchitectureCalculator("alexnet")
    assert shown(widget, "conv2") == [
        "conv2 Conv2d(96→256, 5×5, padding 2, groups 2)", "256×27×27", "307,456", "223,948,800",
        "746 kB", "51×51",
    ]  # fmt: skip


def test_a_block_is_told_as_the_sum_of_its_layers_until_each_is_asked_for():
    widget = widgets.ArchitectureCalculator("resnet18")
    found = summed("resnet18")
    inside = [row for row in found.rows if row.name.startswith("block3_1.")]
    line = shown(widget, "block3_1")
    assert line[0] == f"block3_1 {len(inside)} layers"
    assert line[2] == f"{sum(row.parameters for row in inside):,}"
    widget.setting = {**widget.setting, "every": True}
    assert widget._shown["report"].count("<tr>") > len(found.rows)
    for _, parts in grouped(found.rows):
        assert len({row.name.split(".")[0] for row in parts}) == 1
    assert sum(len(parts) for _, parts in grouped(found.rows)) == len(found.rows)


def test_the_size_of_the_input_moves_shapes_and_work_but_no_parameter():
    widget = widgets.ArchitectureCalculator("resnet18")
    widget.setting = {**widget.setting, "size": 112}
    assert repr(widget).startswith("ArchitectureCalculator: ResNet-18, 3×112×112 → 1000, 11,689,512")
    assert shown(widget, "conv1")[1] == "64×56×56"
    # what was printed was printed for another input, and is compared with nothing
    assert shown(widget, "multiply-adds")[2] == "1.8 billion He and others 2016; table 1"


def test_the_width_of_a_small_network_moves_its_parameters():
    widget = widgets.ArchitectureCalculator("small vgg", width=4)
    expected = sum(parameter.size for parameter in models.small_vgg(width=4).parameters())
    assert shown(widget, "parameters")[1] == f"{expected:,}"


def test_what_does_not_fit_is_said_and_the_last_good_network_stays():
    widget = widgets.ArchitectureCalculator("alexnet")
    before = widget._shown["report"]
    widget.setting = {**widget.setting, "size": 224}
    assert widget._shown["trouble"].startswith(
        "An input of 3×224×224 does not fit AlexNet, which is at home with 3×227×227: layer 'fc6'"
    )
    assert widget._shown["report"] == before and "3×227×227" in repr(widget)
    widget.setting = {**widget.setting, "size": 227}
    assert widget._shown["trouble"] == ""


def test_another_network_starts_with_its_own_size_and_controls():
    widget = widgets.ArchitectureCalculator("small vgg", width=4)
    widget.set_state({"setting": {"model": "DenseNet-121"}})  # as the page does
    assert widget.setting == {"model": "DenseNet-121", "size": 224, "every": False}
    assert [one["name"] for one in widget._shown["sliders"]] == ["model", "size", "every"]


def test_a_network_of_ones_own_is_told_and_stays_in_the_menu():
    widget = widgets.ArchitectureCalculator(own(), (1, 1, 8, 8))
    assert repr(widget) == (
        "ArchitectureCalculator: your own network, 1×8×8 → 10, 1,490 parameters, "
        "2,736 multiply-adds"
    )
    assert shown(widget, "parameters")[2:] == ["–", "–"]
    widget.setting = {**widget.setting, "size": 9}
    assert "layer 'fc'" in widget._shown["trouble"]
    widget.setting = {"model": "VGG D"}
    widget.setting = {"model": "your own network"}
    assert "1,490 parameters" in repr(widget)


def test_an_input_of_features_has_no_size_to_move():
    widget = widgets.ArchitectureCalculator(nn.Linear(20, 3), (1, 20))
    assert [one["name"] for one in widget._shown["sliders"]] == ["model", "every"]


def test_nothing_is_drawn_and_networks_made_later_get_the_weights_they_would_have_got():
    nn.manual_seed(3)
    expected = nn.Linear(4, 2).weight.data
    nn.manual_seed(3)
    net = own()
    widget = widgets.ArchitectureCalculator(net, (1, 1, 8, 8))
    widget.setting = {"model": "small ResNet"}
    assert all(parameter._data is None for parameter in net.parameters())
    nn.manual_seed(3)
    widget.setting = {"model": "small VGG", "width": 5}
    assert np.array_equal(nn.Linear(4, 2).weight.data, expected)


def test_what_is_made_aside_of_what_is_made_aside_takes_no_seed_either():
    nn.manual_seed(3)
    with aside():
        with aside():
            nn.Linear(4, 2)
        nn.Linear(4, 2)
    found = nn.Linear(4, 2).weight.data
    nn.manual_seed(3)
    assert np.array_equal(nn.Linear(4, 2).weight.data, found)


def test_it_stands_as_tables_where_no_kernel_runs_the_same_every_time():
    one, two = (widgets.ArchitectureCalculator("vgg16")._repr_mimebundle_()[0] for _ in range(2))
    assert one["text/html"] == two["text/html"] and one["text/plain"] == two["text/plain"]
    assert "138,357,544" in one["text/html"] and "<script" not in one["text/html"]
    assert one["application/vnd.jupyter.widget-view+json"]


def test_names_of_layers_are_shown_and_not_obeyed():
    net = nn.Sequential(**{"<script>": nn.Linear(2, 2)})
    page = report(models.summary(net, (1, 2)), ())
    assert "<script>" not in page and "&lt;script&gt;" in page


def test_a_network_without_weights_is_told_too():
    assert "there are none" in report(models.summary(nn.ReLU(), (1, 2)), ())


@pytest.mark.parametrize(("count", "words"), [(999, "999 bytes"), (1000, "1.00 kB"), (2e9, "2.00 GB")])
def test_bytes_are_written_with_three_digits(count, words):
    assert size(count) == words


def test_a_printed_span_and_a_printed_number_are_compared_in_words():
    span, number = published.Figure("parameters", 5e6, "", most=7e6), published.Figure("p", 200, "")
    assert written(span) == "5 to 7 million" and compared(span, 6e6) == "so it is here"
    assert compared(number, 200) == "the same here" and compared(number, 150) == "25.0 % less here"


@pytest.mark.parametrize(
    ("make", "kind", "words"),
    [
        (lambda: widgets.ArchitectureCalculator("vgg17"), ValueError, "model='vgg17' is none of LeNet-5"),
        (lambda: widgets.ArchitectureCalculator(5), TypeError, "model must be a name"),
        (lambda: widgets.ArchitectureCalculator(own()), ValueError, "needs an input_shape"),
        (lambda: widgets.ArchitectureCalculator(own(), (1, 1, 9, 9)), ValueError, "layer 'fc'"),
        (lambda: widgets.ArchitectureCalculator("alexnet", (1, 3, 224, 224)), ValueError, "at home with"),
        (lambda: widgets.ArchitectureCalculator("vgg16", (1, 1, 224, 224)), ValueError, r"use \(1, 3, 224"),
        (lambda: widgets.ArchitectureCalculator("vgg16", width=3), ValueError, "no control 'width'"),
        (lambda: widgets.ArchitectureCalculator("small vgg", width=0), ValueError, "width=0 is outside"),
        (lambda: widgets.ArchitectureCalculator(every=1), ValueError, "every=1 is not offered"),
        (lambda: setattr(widgets.ArchitectureCalculator(), "setting", {"depth": 3}), ValueError, "'depth'"),
    ],
)  # fmt: skip
def test_what_cannot_be_told_is_refused_in_words(make, kind, words):
    with pytest.raises(kind, match=words):
        make()
