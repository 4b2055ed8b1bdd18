"""Compiled code on disk: written so that it is there soon, and safe from other processes.

Numba keeps with a kernel's machine code what LLVM knows of it, and takes that in whenever it loads
one; most of the time goes there. It is needed only where another kernel is built around this one.
"""

import contextlib
import hashlib
import os
from pathlib import Path
from types import SimpleNamespace

from llvmlite import binding
from numba.core.caching import CompileResultCacheImpl, FunctionCache, IndexDataCacheFile
from numba.core.codegen import CodeLibrary, JITCodeLibrary
from numba.core.compiler import Compiler, CompileResult
from numba.core.runtime import rtsys


def _sources():
    """One stamp for all files of this folder, as a kernel contains the kernels it calls."""
    found = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        found.update(path.read_bytes())
    return found.hexdigest()


#: changes whenever what is kept on disk is of no use any more
STAMP = _sources()


class Kept(JITCodeLibrary):
    """Machine code from the disk.

    Parameters
    ----------
    codegen : numba.core.codegen.JITCPUCodegen
    name : str
    code, text : bytes
        The object file, and what LLVM knows of it.
    functions : list of str
        What may be called in it.
    """

    def __init__(self, codegen, name, code, text, functions):
        # not the __init__ of what is compiled here, which begins a module
        CodeLibrary.__init__(self, codegen, name)
        self._text, self._shared_module, self._finalized = text, None, True
        if code:
            engine = codegen._engine
            # kept, as the engine does not own it
            self._object = binding.ObjectFileRef.from_data(code)
            engine._ee.add_object_file(self._object)
            engine.finalize_object()
            engine._defined_symbols.update(functions)

    def _get_module_for_linking(self):
        if self._shared_module is None:
            self._shared_module = binding.parse_bitcode(self._text)
        return self._shared_module


class _Text:
    """What only other kernels contain: LLVM reads it, and no machine code is made of it alone."""

    # where Numba would put what a function needs of Python, which is nothing
    codegen = SimpleNamespace(set_env=lambda name, environment: None)

    def get_pointer_to_function(self, name):
        return 0


class _Part(_Text, JITCodeLibrary):

    def _finalize_final_module(self):
        self._finalize_dynamic_globals()
        self._verify_declare_only_symbols()
        self._finalized = True

    def serialize_using_object_code(self):
        return self.name, "text", (b"", self._get_module_for_linking().as_bitcode())


class _KeptPart(_Text, Kept):
    pass


class PartCompiler(Compiler):
    """Numba's way to compile, for kernels that only other kernels contain."""

    def __init__(self, typingctx, targetctx, library, *rest):
        library = _Part(targetctx.codegen(), "part")
        super().__init__(typingctx, targetctx, library, *rest)


def stored(library):
    """What `Kept` needs to be made again, without its first argument."""
    name, _, (code, text) = library.serialize_using_object_code()
    functions = [found.name for found in library.get_defined_functions()]
    return name, code, text, functions


class Results(CompileResultCacheImpl):
    """Results of the compiler, as they are written and read."""

    def reduce(self, cres):
        # nobody reads the source with the types of everything in it, which takes long to write
        _, *rest = cres._replace(type_annotation="")._reduce()
        return stored(getattr(cres, "library")), *rest

    def rebuild(self, target_context, payload):
        kept, fndesc, env, signature, objectmode, lifted, text, init, envs = payload
        kind = Kept if kept[1] else _KeptPart
        library = kind(target_context.codegen(), *kept)
        entry = target_context.get_executable(library, fndesc, env)
        for each in envs:
            library.codegen.set_env(each.env_name, each)
        return CompileResult(
            target_context=target_context, typing_context=target_context.typing_context,
            library=library, environment=env, entry_point=entry, fndesc=fndesc,
            type_annotation=text, signature=signature, objectmode=objectmode, lifted=lifted,
            typing_error=None, call_helper=None, metadata=None, reload_init=init,
            referenced_envs=envs,
        )  # fmt: skip


#: folder of what another process has compiled, which is only read
_OTHERS = os.environ.get("CONVVIZ_COMPILED", "")


class File(IndexDataCacheFile):
    """The files of one kernel, safe when several processes compile at the same time.

    Numba lists in an index which file is of which dtypes: of two processes that write one, what the
    other has added is lost. Here the name of a file is made from what is inside, and that is all.
    Numba also looks at the loop's own file only, and would keep what that file imports for ever.
    What is not in its own folder may be in the one that ``CONVVIZ_COMPILED`` names.
    """

    def __init__(self, usual):
        self.__dict__.update(vars(usual))
        self._stem = self._index_name.removesuffix(".nbi")

    def _name(self, key):
        inside = hashlib.sha256(repr((self._version, key)).encode()).hexdigest()[:16]
        return f"{self._stem}.{STAMP[:8]}.{inside}.nbc"

    def load(self, key):
        # what is not there, or damaged, is compiled again
        for folder in filter(None, (self._cache_path, _OTHERS)):
            with contextlib.suppress(Exception):
                return self._load_data(os.path.join(folder, self._name(key)))

    def save(self, key, data):
        name = self._name(key)
        # a disk that is full, or has become read-only, must not stop the computation
        with contextlib.suppress(OSError):
            for old in Path(self._cache_path).glob(f"{self._stem}.*.nbc"):
                if not old.name.startswith(f"{self._stem}.{STAMP[:8]}."):
                    old.unlink(missing_ok=True)
            self._save_data(name, data)


class Cache(FunctionCache):
    """What is kept of a kernel.

    Raises
    ------
    RuntimeError
        When there is no folder for it, neither beside the source nor in the user's cache.
    """

    _impl_class = Results

    def __init__(self, loop):
        super().__init__(loop)
        self._cache_file = File(self._cache_file)

    def load_overload(self, sig, target_context):
        # what a kernel calls to make arrays must be known; Numba also goes through its tables of
        # types here, which only the compiler needs
        rtsys.initialize(target_context)
        with self._guard_against_spurious_io_errors():
            return self._load_overload(sig, target_context)
