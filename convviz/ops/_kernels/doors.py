"""How threads hand each other work without Python, and wait awake for it.

Each worker has a door: a cache line of integers that it watches. Whoever has work puts the address
of a record (see `records`) there and changes the state of the door; so does the worker when it has
done it. No lock is taken, neither Python's nor the system's, as long as both are awake.
"""

from llvmlite import binding, ir
from numba import types
from numba.extending import intrinsic

from convviz.ops._kernels import kernel

#: integers in a door; two cache lines, as processors fetch the neighbour too
DOOR = 16
#: states: nothing to do; a record is there; it is worked on; the worker sleeps; it is to end
IDLE, POSTED, BUSY, ASLEEP, CLOSED = range(5)
#: places in a door beside its state: the address of a record, and what the state was before
_RECORD, BEFORE = 1, 2
#: what the first slots of a record are: the code that calls the loop, and what it returned
CODE, STATUS = 0, 1



def _place(context, builder, sig, args):
    return builder.gep(context.make_array(sig.args[0])(context, builder, args[0]).data, [args[1]])


@intrinsic
def _peek(typingctx, doors, at):
    """Read an entry; what was written before it was set can be read afterwards."""
    sig = types.int64(doors, types.intp)

    def codegen(context, builder, sig, args):
        return builder.load_atomic(_place(context, builder, sig, args), "acquire", 8)

    return sig, codegen


@intrinsic
def _poke(typingctx, doors, at, value):
    """Set an entry, after all that was written before."""
    sig = types.void(doors, types.intp, types.int64)

    def codegen(context, builder, sig, args):
        builder.store_atomic(args[2], _place(context, builder, sig, args), "release", 8)
        return context.get_dummy_value()

    return sig, codegen


@intrinsic
def _swap(typingctx, doors, at, value):
    """Set an entry, and return what it was."""
    sig = types.int64(doors, types.intp, types.int64)

    def codegen(context, builder, sig, args):
        place = _place(context, builder, sig, args)
        return builder.atomic_rmw("xchg", place, args[2], "acq_rel")

    return sig, codegen


@intrinsic
def _change(typingctx, doors, at, old, new):
    """Set an entry to `new` if it is `old`, and return whether it was: to one caller only."""
    sig = types.boolean(doors, types.intp, types.int64, types.int64)

    def codegen(context, builder, sig, args):
        place = _place(context, builder, sig, args)
        found = builder.cmpxchg(place, args[2], args[3], "acq_rel", "acquire")
        return builder.extract_value(found, 1)

    return sig, codegen


@intrinsic
def _pause(typingctx):
    """Tell the processor that this is a loop that waits, where there is a word for it."""

    def codegen(context, builder, sig, args):
        kind = binding.get_default_triple().partition("-")[0]
        if kind in ("x86_64", "amd64", "i386", "i686"):
            function = ir.FunctionType(ir.VoidType(), [])
            builder.call(builder.module.declare_intrinsic("llvm.x86.sse2.pause", (), function), [])
        elif kind in ("aarch64", "arm64"):
            function = ir.FunctionType(ir.VoidType(), [ir.IntType(32)])
            # 1 is YIELD
            hint = builder.module.declare_intrinsic("llvm.aarch64.hint", (), function)
            builder.call(hint, [ir.Constant(ir.IntType(32), 1)])
        return context.get_dummy_value()

    return types.void(), codegen


@intrinsic
def _perform(typingctx, record):
    """Call the code of the record at an address; what it returns says whether all went well."""
    sig = types.void(types.intp)

    def codegen(context, builder, sig, args):
        word = ir.IntType(64)
        slots = builder.inttoptr(args[0], word.as_pointer())
        kind = ir.FunctionType(word, [word.as_pointer()])
        code = builder.load(builder.gep(slots, [ir.Constant(word, CODE)]))
        found = builder.call(builder.inttoptr(code, kind.as_pointer()), [slots])
        builder.store(found, builder.gep(slots, [ir.Constant(word, STATUS)]))
        return context.get_dummy_value()

    return sig, codegen


@kernel()
def linger(turns):
    """Wait for so many turns: to find how long one takes."""
    for _ in range(turns):
        _pause()


@kernel()
def serve(doors, worker, turns):
    """Do what is put at a worker's door; return when nothing has come for so many turns."""
    at, left = worker * DOOR, turns
    while True:
        state = _peek(doors, at)
        if state == POSTED:
            if _change(doors, at, POSTED, BUSY):
                _perform(doors[at + _RECORD])
                _poke(doors, at, IDLE)
                left = turns
        elif state == CLOSED or (left <= 0 and _change(doors, at, IDLE, ASLEEP)):
            return
        else:
            _pause()
            left -= 1


@kernel()
def post(doors, records, size, count):
    """Put the records 1, 2, … at the doors; return how many workers are asleep.

    Whoever calls must wake them: those with `ASLEEP` at `BEFORE`.
    """
    asleep = 0
    for worker in range(1, count):
        at = worker * DOOR
        doors[at + _RECORD] = records + worker * size
        doors[at + BEFORE] = _swap(doors, at, POSTED)
        asleep += doors[at + BEFORE] == ASLEEP
    return asleep


@kernel()
def finish(doors, records, size, count, turns):
    """Do record 0, and what no worker has begun by then; return whether all is done.

    A worker that has begun is waited for, for so many turns.
    """
    _perform(records)
    for worker in range(1, count):
        if _change(doors, worker * DOOR, POSTED, IDLE):
            _perform(records + worker * size)
    return settled(doors, count, turns)


@kernel()
def settled(doors, count, turns):
    """Take back what no worker has begun; return whether all have come to rest in so many turns."""
    for worker in range(1, count):
        at, left = worker * DOOR, turns
        _change(doors, at, POSTED, IDLE)
        while _peek(doors, at) == BUSY:
            if left <= 0:
                return False
            _pause()
            left -= 1
    return True
