"""The pytest plugin that marks one submission: nbval runs the cells, comparing happens here.

Made by `session`. It replaces nbval's collector for the submission, so each cell runs once. What each
cell came to is written at once, as a line of JSON: whatever happens to this process, what was marked
stays marked.
"""

import dataclasses
import itertools
import json
import threading

import pytest
from nbval.plugin import IPyNbCell, IPyNbFile, NbCellError

from convviz.grading import compare, expected, homework, outputs, session, transplant, wire
from convviz.grading.kernel import GradingKernel, Stopped
from convviz.grading.sandbox import watch

_MARKING = pytest.StashKey()
_OUT_OF_TIME = "no time left for this submission"


class CellFailed(Exception):
    """A cell did not come to what it should; the text is fit for the feedback."""


class Marking:
    """The plugin: `job`, and the first kernel's box and process, which were started before."""

    def __init__(self, job, box, process):
        self.job, self._first = job, (box, process)

    def kernel(self):
        """Start a kernel, or take the one that was started first."""
        box, process = self._first or (session.new_box(self.job), None)
        self._first = None
        return GradingKernel(box, process)

    def pytest_configure(self, config):
        """Let what is collected find this."""
        config.stash[_MARKING] = self

    def pytest_unconfigure(self):
        """End a kernel that nobody asked for: the submission was refused."""
        if self._first:
            (_, process), self._first = self._first, None
            watch.kill(process.pid)
            process.wait()
            process.stdin.close()

    @pytest.hookimpl(wrapper=True)
    def pytest_collect_file(self, file_path, parent):
        """Put our collector in the place of nbval's (a second one would run each cell twice)."""
        found = yield
        return [
            SubmissionFile.from_parent(parent, path=file_path) if type(node) is IPyNbFile else node
            for node in found
        ]


class SubmissionFile(IPyNbFile):
    """A submission: collects the master's cells with the student's answers in them."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._marking = self.config.stash[_MARKING]
        self.job = self._marking.job
        self.stopped = {}  # qid → why; its cells are not run again
        self.dead_end = ""  # why no cell can run any more
        self._done = []  # setup and answer cells, to be run again in a fresh kernel
        self._timer = None

    def collect(self):
        """Transplant the answers; one item for each cell, named by its question."""
        try:
            master = homework.load(self.job.homework)
            moved = transplant.transplant(master, transplant.read(self.job.submission))
        except (transplant.Refused, homework.HomeworkError) as error:
            kind = "refused" if isinstance(error, transplant.Refused) else "failed"
            self.write({"event": kind, "reason": str(error)})
            raise self.CollectError(str(error)) from None
        self.master = master
        parts = {part.cell_id: part for question in master.questions for part in question.parts}
        code = (cell for cell in moved.notebook.cells if cell.cell_type == "code")
        cells = [cell for cell in code if homework.meta(cell)["role"] != "judge"]
        answers = (cell for cell in cells if homework.meta(cell)["role"] == "answer")
        self._answers = {homework.meta(cell)["qid"]: cell.source for cell in answers}
        notes = [dataclasses.asdict(note) for note in moved.notes]
        event = {"event": "notes", "notes": notes, "missing": sorted(moved.missing)}
        self.write(event | {"answers": self._answers})
        for number, cell in enumerate(cells):
            about = homework.meta(cell)
            name = "-".join(filter(None, (about.get("qid"), about["role"], about.get("part"))))
            kind = ProbeCell if cell.id in parts else SubmissionCell
            options = dict.fromkeys(("skip", "check", "check_exception"), False)
            item = kind.from_parent(
                self, name=name, cell_num=number, cell=cell, options=options
            )
            item.part = parts.get(cell.id)
            yield item

    def setup(self):
        """Run the solution, once, and start the clock of the whole submission."""
        try:
            self.solution = expected.Solution(self.master)
        except homework.HomeworkError as error:
            self._end(str(error))
        self._timer = threading.Timer(self.job.deadline, self._out_of_time)
        self._timer.daemon = True
        self._timer.start()

    def teardown(self):
        """Stop clock and kernel, and say that all cells had their turn."""
        self._timer.cancel()
        if self.kernel is not None:
            self.kernel.kill()
        self.write({"event": "end"})

    def ready(self):
        """Return a kernel in which the setup and the answers so far have run.

        After a kernel was lost a fresh one runs them again, without the answers that stopped one.
        """
        while self.kernel is None or not self.kernel.is_alive():
            if self.dead_end:
                raise Stopped(self.dead_end)
            self._start()
            self._replay()
        return self.kernel

    def lose(self, cell, reason):
        """Note whose cell stopped the kernel, and get rid of the kernel."""
        self.stopped.setdefault(homework.meta(cell).get("qid"), reason)
        if homework.meta(cell)["role"] == "setup":
            self._end(f"the homework's own setup: {reason}")
        if self.kernel is not None:
            self.kernel.kill()

    def keep(self, cell):
        """Remember a cell for a replay."""
        self._done.append(cell)

    def blame(self, cell, reason):
        """Note what raised an error: a setup before all answers ends it all, the box is to blame."""
        if all(homework.meta(one)["role"] == "setup" for one in [*self._done, cell]):
            self._end(f"the homework's own setup does not run in the box: {reason}")

    def answer_to(self, qid):
        """Source of a question's answer cell as it runs here."""
        return self._answers.get(qid, "")

    def seconds(self, cell):
        """Time limit of a cell; the job's own is not for the setup, which is not the student's."""
        own = homework.seconds(cell)
        if homework.meta(cell)["role"] == "setup" or not self.job.cell_seconds:
            return own
        return min(own, self.job.cell_seconds)

    def write(self, event):
        """Add a line to the events."""
        with open(self.job.events, "a", encoding="utf-8") as stream:
            stream.write(json.dumps(event) + "\n")

    def _end(self, reason):
        self.dead_end = self.dead_end or reason
        self.write({"event": "failed", "reason": self.dead_end})

    def _start(self):
        try:
            self.kernel = self._marking.kernel()
        except Exception as error:  # jupyter raises many kinds
            self._end(f"no kernel could be started: {type(error).__name__}: {error}")
            raise Stopped(self.dead_end) from None
        self.write({"event": "kernel", "pid": self.kernel.km.provisioner.pid})

    def _replay(self):
        for cell in self._done:
            if homework.meta(cell).get("qid") in self.stopped:
                continue
            try:
                self.kernel.begin(self.seconds(cell))
                message = self.kernel.execute_cell_input(cell.source, allow_stdin=False)
                self.kernel.await_reply(message)
                self.kernel.await_idle(message, self.seconds(cell))
            except Exception as reason:  # Stopped, or nbval's Empty at the time limit
                self.lose(cell, str(reason) or "time limit")
                return

    def _out_of_time(self):
        self.dead_end = _OUT_OF_TIME
        if self.kernel is not None:
            self.kernel.signal_kill()


class SubmissionCell(IPyNbCell):
    """A setup, answer or public cell: it runs, and what it says is kept for the feedback."""

    part = None

    def setup(self):
        """Nothing: nbval would expect failure here after a time-out."""

    def runtest(self):
        """Run the cell, write what came of it, fail when it is not what it should be."""
        about = homework.meta(self.cell)
        event = {"event": "cell", "cell": self.cell.id, "role": about["role"]}
        event |= {"qid": about.get("qid"), "status": "ok", "message": ""}
        try:
            event |= self._outcome(about.get("qid"))
        except Exception as error:  # not the student's: this must not pass for a wrong answer
            reason = f"the grader failed at {self.name}: {type(error).__name__}: {error}"
            self.parent.write({"event": "failed", "reason": reason})
            raise
        event |= outputs.shown(self.test_outputs or [], event["role"])
        self.parent.write(event)
        if event["status"] != "ok":
            raise CellFailed(event["message"] or event["status"])

    def repr_failure(self, excinfo):
        """One line, without the traceback of the grader."""
        if isinstance(excinfo.value, CellFailed):
            return str(excinfo.value)
        return super().repr_failure(excinfo)

    def reportinfo(self):
        """Where pytest says the item is."""
        return self.path, 0, self.name

    def _outcome(self, qid):
        if qid in self.parent.stopped:
            return {"status": "stopped", "message": self.parent.stopped[qid]}
        try:
            kernel = self.parent.ready()
            if qid in self.parent.stopped:  # a replay may have found it out
                return {"status": "stopped", "message": self.parent.stopped[qid]}
            kernel.begin(self.parent.seconds(self.cell))
            result = self._run()
            if result.get("status") == "error":
                self.parent.blame(self.cell, result["message"])
        except Stopped as reason:
            cause = self.parent.dead_end or str(reason)
            self.parent.lose(self.cell, cause)
            return {"status": "stopped", "message": cause}
        if homework.meta(self.cell)["role"] in ("setup", "answer"):
            self.parent.keep(self.cell)
        return result

    def _run(self):
        self.parent.timed_out = False  # of the cell before
        try:
            super().runtest()
        except NbCellError:
            return self._after_error()
        return self._after_error() if self.parent.timed_out else {}

    def _after_error(self):
        """What nbval ended with an error, or after an interrupt at the time limit."""
        qid = homework.meta(self.cell).get("qid")
        found = outputs.error(self.test_outputs or [], self.parent.answer_to(qid))
        if not self.parent.timed_out:
            return {"status": "error"} | found
        # Even a kernel that came to rest goes: what it still has to say belongs to this cell.
        raise Stopped(f"time limit, in {found['where']}" if found["where"] else "time limit")


class ProbeCell(SubmissionCell):
    """A probe cell: its records are compared with the solution's, here."""

    def _run(self):
        secret = bytes.fromhex(self.parent.job.secret)
        number = expected.seed(secret, self.cell.id)
        solution = self.parent.solution
        self._expected = solution.records(self.cell.id, number)
        self._judges = solution.judges(expected.seed(secret, f"{self.cell.id}/judge"))
        self._verdicts = []
        self.cell.source = outputs.with_probe(self.cell.source, number)
        self.cell.execution_count, self.cell.outputs = 1, []  # nbval: this cell has a reference
        self.options["check"] = True
        result = super()._run()
        good = sum(verdict.ok for verdict in self._verdicts)
        cases = [dataclasses.asdict(verdict) for verdict in self._verdicts]
        if result and result["status"] == "error" and cases:
            result = {}  # nbval's word for outputs that differ
        status = "ok" if cases and good == len(cases) else "wrong"
        return {"status": status, "message": "wrong result", "cases": cases} | result

    def compare_outputs(self, test, ref, skip_compare=None):
        """Called by nbval when the cell has run without an error."""
        sent = [out["data"][wire.MIME] for out in test if wire.MIME in out.get("data", {})]
        # a probe publishes a list; anything else was forged, and counts as a record too many
        lists = [entry if isinstance(entry, list) else [entry] for entry in sent]
        records = list(itertools.chain.from_iterable(lists))
        self.comparison_traceback = []
        self._verdicts = compare.verdicts(
            self._expected, records,
            rtol=self.part.rtol, atol=self.part.atol, judges=self._judges,
        )
        return all(verdict.ok for verdict in self._verdicts)
