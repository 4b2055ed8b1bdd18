"""Blocks of a product of matrices whose columns are side by side in memory: channels, or filters.

`simd.panel` with as many vectors of columns and as many rows as the registers hold.
"""

from convviz.ops._kernels import kernel, simd, target

#: vectors of columns → rows in a block
ROWS = {p: min(target.SUMS // p, 8 if target.SUMS > 12 else 6) for p in (1, 2, 3)}
_Q1, _Q2, _Q3 = (ROWS[p] for p in (1, 2, 3))
# globals, each by its name: Numba cannot keep a kernel that finds an intrinsic in any other way
_panel1, _panel2, _panel3 = (simd.panel(p, q) for p, q in ROWS.items())


def vectors_of(columns, lanes):
    """Vectors in a block of columns, by the least work; one alone leaves the processor waiting."""
    fitting = [p for p in ROWS if p * lanes <= columns]
    return min(fitting, key=lambda p: -(-columns // (p * lanes)) * p * (1.3 if p == 1 else 1))


@kernel(part=True)
def rows_of(p):
    """Rows in a block of `p` vectors of columns."""
    return _Q3 if p == 3 else _Q2 if p == 2 else _Q1


@kernel(part=True, inline="always")
def add_block(p, a, a_at, lda, depth, b, b_at, voff, v, koff, t, bias, bias_at, fresh,
              c, c_at, ooff):  # fmt: skip
    """See `simd.panel`."""
    if p == 3:
        _panel3(a, a_at, lda, depth, b, b_at, voff, v, koff, t, bias, bias_at, fresh,
                c, c_at, ooff)  # fmt: skip
    elif p == 2:
        _panel2(a, a_at, lda, depth, b, b_at, voff, v, koff, t, bias, bias_at, fresh,
                c, c_at, ooff)  # fmt: skip
    else:
        _panel1(a, a_at, lda, depth, b, b_at, voff, v, koff, t, bias, bias_at, fresh,
                c, c_at, ooff)  # fmt: skip
