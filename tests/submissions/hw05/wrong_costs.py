def _but(**changed):
    """The right numbers but for those given as layer__quantity."""
    numbers = {
        "ordinary": {"parameters": 4608, "multiply-adds": 460800},
        "grouped": {"parameters": 1152, "multiply-adds": 115200},
        "separable": {"parameters": 656, "multiply-adds": 65600},
    }
    for place, value in changed.items():
        layer, quantity = place.split("__")
        numbers[layer][quantity.replace("_", "-")] = value
    return numbers


depth_forgotten = _but(ordinary__parameters=288, ordinary__multiply_adds=28800)
one_group = _but(grouped__parameters=288, grouped__multiply_adds=28800)
a_filter_for_each_map = _but(separable__parameters=800, separable__multiply_adds=80000)
one_by_one_forgotten = _but(separable__parameters=144, separable__multiply_adds=14400)
one_place = _but(
    ordinary__multiply_adds=4608, grouped__multiply_adds=1152, separable__multiply_adds=656
)
not_shared = _but(ordinary__parameters=460800)
not_filled_in = _but(separable__multiply_adds=None)
