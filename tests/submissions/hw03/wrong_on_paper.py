def _but(**changed):
    """The right tables but for those given."""
    tables = {
        "max_side_by_side": [[3, 5], [-1, 2]],
        "max_overlapping": [[5, 7], [8, 7]],
        "average": [[0.25, 2.5], [-3.5, -1.5]],
    }
    names = ("max, 2×2, stride 2", "max, 3×3, stride 2", "average, 2×2, stride 2")
    return dict(zip(names, (tables | changed).values(), strict=True))


started_at_zero = _but(max_side_by_side=[[3, 5], [0, 2]])
minus_signs_lost = _but(max_side_by_side=[[3, 5], [6, 5]])
side_by_side = _but(max_overlapping=[[5, 7], [8, 6]])
size_rounded_up = _but(max_side_by_side=[[3, 5, 2], [-1, 2, 7], [8, 6, 1]])
sums = _but(average=[[1, 10], [-14, -6]])
divided_by_the_side = _but(average=[[0.5, 5], [-7, -3]])
rounded_down = _but(average=[[0, 2], [-4, -2]])
not_filled_in = _but(average=[[0.25, 2.5], [-3.5, None]])
