"""From register tiles to whole products: which tile, and what happens at the edges.

The filters are cut into blocks of `Q`. Where they do not fill the last block, it overlaps the one
before and computes a few numbers twice, which costs less than a loop for the remainder.
"""

from convviz.ops._kernels import kernel, simd, target

#: filters in a block → vectors in a block of `multiply`, of `correlate`
_MULTIPLY = {q: min(target.SUMS // q, 8) for q in (6, 4, 3, 2, 1)}
_CORRELATE = {q: min(target.SUMS // q, 9) for q in (6, 4, 3, 1)}
_P6, _P4, _P3, _P2, _P1 = (_MULTIPLY[q] for q in (6, 4, 3, 2, 1))
_K6, _K4, _K3, _K1 = (_CORRELATE[q] for q in (6, 4, 3, 1))

# globals, each by its name: Numba cannot keep a kernel that finds an intrinsic in any other way
_many6, _many4, _many3, _many2, _many1 = (simd.outer(p, q) for q, p in _MULTIPLY.items())
_one6, _one4, _one3, _one2, _one1 = (simd.outer(1, q) for q in _MULTIPLY)
_dot6, _dot4, _dot3, _dot1 = (simd.dot(p, q) for q, p in _CORRELATE.items())

# vectors that stay in the cache while all filters pass by
_CHUNK = 48


def block_of(maps, vectors):
    """Filters in a block of `multiply`, for parts of so many `vectors`: the least work."""
    fitting = [q for q in _MULTIPLY if q <= maps]
    return min(fitting, key=lambda q: (_rounds(maps, vectors, q), -q))


def _rounds(maps, vectors, q):
    """About how many vectors of sums have to be made, counting slow ones more."""
    p, blocks = _MULTIPLY[q], -(-maps // q)
    slow = max(1, 20 / (p * q))
    # a part of fewer vectors than a block has them made one by one: too few sums to keep busy
    made = sum(-(-n // p) * p * slow if n >= p else n * max(1, 10 / q) for n in vectors)
    return blocks * q * made


def vectors_of(q):
    """Vectors in a block of `multiply` with `q` filters."""
    return _MULTIPLY[q]


def correlation_of(maps, taps):
    """Return (filters, taps) in a block of `correlate`, by the least work."""
    fitting = [(q, p) for q, p in _CORRELATE.items() if q <= maps]
    # one filter at a time has to load a vector for each product
    return min(fitting, key=lambda s: -(-maps // s[0]) * s[0] * -(-taps // s[1]) * s[1]
               * (1 + 1 / s[0]))  # fmt: skip


@kernel(part=True)
def bounds(table, row):
    """A row of a table with five columns, as a tuple."""
    return table[row, 0], table[row, 1], table[row, 2], table[row, 3], table[row, 4]


@kernel()
def pack(w, taps, passes, groups, maps, depth, q, back, b):
    """Sort the weights `w` (C_out, C_in/groups, taps) into `b` as `multiply` reads them.

    `back` is for derivatives of the input: there `maps` counts channels and `depth` filters.
    """
    blocks, size = (maps + q - 1) // q, len(b) // groups
    for group in range(groups):
        for piece in range(len(passes)):
            _, _, k0, k1, b0 = bounds(passes, piece)
            count, at = (k1 - k0) // depth, group * size + b0
            for block in range(blocks):
                m = min(block * q, maps - q)
                for c in range(depth):
                    for t in range(count):
                        tap = taps[k0 // depth + t]
                        for i in range(q):
                            if back:
                                b[at] = w[group * depth + c, m + i, tap]
                            else:
                                b[at] = w[group * maps + m + i, c, tap]
                            at += 1


@kernel(part=True)
def multiply(a, a_at, voff, ooff, koff, b, b_at, bias, bias_at, c, c_at, ldc, maps, q):
    """Set `c` at all of `ooff` for all filters; see `simd.outer` for the meaning of the tables.

    `b` holds the weights in blocks (block, tap, filter in block).
    """
    count, depth = len(voff), len(koff)
    p = _P6 if q == 6 else _P4 if q == 4 else _P3 if q == 3 else _P2 if q == 2 else _P1
    for chunk in range(0, count, _CHUNK):
        end = min(chunk + _CHUNK, count)
        for block in range((maps + q - 1) // q):
            m = min(block * q, maps - q)
            weights, target_at = b_at + block * depth * q, c_at + m * ldc
            v = chunk
            while v < end:
                # a run that does not fit starts earlier: what it repeats it computes alike
                if v + p > end and count >= p:
                    v = end - p
                _tile(a, a_at, voff, v, koff, depth, b, weights, bias, bias_at + m, c, target_at,
                      ooff, ldc, q, count >= p)  # fmt: skip
                v += p if count >= p else 1


@kernel(inline="always")
def _tile(a, at, voff, v, koff, depth, b, b_at, bias, m, c, c_at, ooff, ldc, q, many):
    if many:
        if q == 6:
            _many6(a, at, voff, v, koff, depth, b, b_at, bias, m, c, c_at, ooff, ldc)
        elif q == 4:
            _many4(a, at, voff, v, koff, depth, b, b_at, bias, m, c, c_at, ooff, ldc)
        elif q == 3:
            _many3(a, at, voff, v, koff, depth, b, b_at, bias, m, c, c_at, ooff, ldc)
        elif q == 2:
            _many2(a, at, voff, v, koff, depth, b, b_at, bias, m, c, c_at, ooff, ldc)
        else:
            _many1(a, at, voff, v, koff, depth, b, b_at, bias, m, c, c_at, ooff, ldc)
    elif q == 6:
        _one6(a, at, voff, v, koff, depth, b, b_at, bias, m, c, c_at, ooff, ldc)
    elif q == 4:
        _one4(a, at, voff, v, koff, depth, b, b_at, bias, m, c, c_at, ooff, ldc)
    elif q == 3:
        _one3(a, at, voff, v, koff, depth, b, b_at, bias, m, c, c_at, ooff, ldc)
    elif q == 2:
        _one2(a, at, voff, v, koff, depth, b, b_at, bias, m, c, c_at, ooff, ldc)
    else:
        _one1(a, at, voff, v, koff, depth, b, b_at, bias, m, c, c_at, ooff, ldc)


@kernel(part=True)
def correlate(a, a_at, voff, koff, d, d_at, doff, ldd, total, t_at, maps, q):
    """Add to `total` (block, filter in block, tap) the products of all taps with all filters.

    ``len(koff)`` is a multiple of the taps in a block: the caller repeats the last one.
    """
    count, taps = len(voff), len(koff)
    p = _K6 if q == 6 else _K4 if q == 4 else _K3 if q == 3 else _K1
    for block in range((maps + q - 1) // q):
        d_first = d_at + min(block * q, maps - q) * ldd
        for k in range(0, taps, p):
            t_first = t_at + block * q * taps + k
            if q == 6:
                _dot6(a, a_at, voff, count, koff, k, d, d_first, doff, ldd, total, t_first, taps)
            elif q == 4:
                _dot4(a, a_at, voff, count, koff, k, d, d_first, doff, ldd, total, t_first, taps)
            elif q == 3:
                _dot3(a, a_at, voff, count, koff, k, d, d_first, doff, ldd, total, t_first, taps)
            else:
                _dot1(a, a_at, voff, count, koff, k, d, d_first, doff, ldd, total, t_first, taps)
