def _but(**changed):
    """The right numbers but for those given as layer__quantity."""
    numbers = {
        "first": {"outputs": 1152, "parameters": 608, "multiply-adds": 86400},
        "second": {"outputs": 576, "parameters": 1168, "multiply-adds": 41472},
        "dense": {"outputs": 10, "parameters": 5770, "multiply-adds": 5760},
    }
    for place, value in changed.items():
        layer, quantity = place.split("__")
        numbers[layer][quantity.replace("_", "-")] = value
    return numbers


one_map_only = _but(first__outputs=144)
padding_left_out = _but(second__outputs=400)
stride_left_out = _but(second__outputs=2304)
rounded_up = _but(second__outputs=784)
biases_left_out = _but(dense__parameters=5760)
depth_left_out = _but(second__parameters=160)
weights_not_shared = _but(first__parameters=87552)
one_bias_for_the_layer = _but(first__parameters=601)
every_weight_once = _but(first__multiply_adds=600)
biases_multiplied = _but(second__multiply_adds=42048)
not_filled_in = _but(second__outputs=None)
