import copy

_RIGHT = {
    "forward": {"mean": 5, "variance": 4, "first x̂": 2},
    "back": {"dβ": 6, "dγ": 3, "dσ²": -1.125, "dμ": -9, "third dx": 0.75},
}


def _but(row, **changes):
    numbers = copy.deepcopy(_RIGHT)
    numbers[row] |= changes
    return numbers


divided_by_m_less_one = _but("forward", variance=4.8)
divided_by_the_variance = _but("forward", **{"first x̂": 1})
gamma_in_its_own_derivative = _but("back", dγ=9)
gamma_forgotten = _but("back", **{"dσ²": -0.375, "dμ": -3})
minus_forgotten = _but("back", **{"dσ²": 1.125, "dμ": 9, "third dx": 2.25})
direct_way_alone = _but("back", **{"third dx": 1.5})
not_filled_in = _but("back", **{"third dx": None})
