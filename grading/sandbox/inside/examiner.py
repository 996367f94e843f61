"""Runs the instructor's notebook once, and its tests as often as somebody hands in. No learner's code runs here.

At each test a fork stays behind, in the state that the test finds. For a learner it forks once more: the names that
answers bind are asked for in the learner's process, the test runs here. What comes from there is data, read by one
decoder.
"""

import ast
import os
import signal
import socket
import traceback

from output import OUT, receive, send, text_of
from session import Ended
from stand_ins import Examination
from wire import Broken

TESTS = "<tests>"
FAULTS = {Ended: "ended", Broken: "garbled"}


def examine(sock: socket.socket, limit: int, shell) -> None:
    """Run requests until the engine hangs up: cells, and tests at which a fork is to stay."""
    OUT.begin(lambda message: None, limit)
    while True:
        try:
            request, sockets = receive(sock)
            if "cell" in request:
                done = shell.run_cell(request["cell"], store_history=True)
                error = done.error_before_exec or done.error_in_exec
                send(sock, {"end": True, "error": f"{type(error).__name__}: {error}" if error else ""})
            elif os.fork() == 0:
                sock.close()
                wait_at_test(socket.socket(fileno=sockets[0]), request, limit, shell)
            else:
                os.close(sockets[0])
                send(sock, {"end": True})
        except (EOFError, OSError):
            os._exit(0)


def wait_at_test(sock: socket.socket, test: dict, limit: int, shell) -> None:
    """Fork for each learner whose notebook has come to this test."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        try:
            _, sockets = receive(sock, most=3)
        except (EOFError, OSError):
            os._exit(0)
        if os.fork() == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            sock.close()
            try:
                run_test(*map(_open, sockets), test, limit, shell)
            finally:
                os._exit(0)
        for place in sockets:
            os.close(place)


def _open(place: int) -> socket.socket:
    return socket.socket(fileno=place)


def run_test(
    hello: socket.socket, outcome: socket.socket, answers: socket.socket, test: dict, limit: int, shell
) -> None:
    """Run the visible part of a test, then its hidden part as often as the engine says, each time in a fresh fork."""
    hello.send(b"h")
    hello.close()
    OUT.begin(lambda message: send(outcome, message), limit)
    session, names = Examination(answers, OUT.send), shell.user_ns
    session.lessons = {id(value) for value in names.values()}
    put_back = lambda kept: session.put_lessons_back({id(names.get(name)) for name in kept})
    names |= {"__as_sent__": session.as_sent, "__put_back__": put_back}
    try:
        ask_for(test["names"], session, names)
    except Exception as error:
        return report(error, test)
    if not part(test["visible"], names, test):
        return
    while True:
        request, sockets = receive(outcome)
        if request["last"] or os.fork() == 0:
            return run_hidden(_open(sockets[0]), session, request, names, test, limit)
        os.close(sockets[0])


def run_hidden(
    outcome: socket.socket, session: Examination, request: dict, names: dict, test: dict, limit: int
) -> None:
    """Run the hidden part once: in a fork of this process and of the learner's, but for the last time."""
    OUT.begin(lambda message: send(outcome, message), limit)
    try:
        if not request["last"]:
            session.move()
    except Ended as error:
        return report(error, test)
    session.put_lessons_back()
    os.environ["TRAINLIB_HIDDEN_SEED"] = str(request["seed"])
    part(test["hidden"], names, test)


def ask_for(wanted: list[str], session: Examination, names: dict) -> None:
    """Bind the names of answers that a test uses to what they are in the learner's notebook; none that it lacks."""
    for name in wanted:
        names.pop(name, None)
    for name in wanted:
        try:
            names[name] = session.ask("name", name=name)
        except NameError:
            continue


def part(source: str, names: dict, test: dict) -> bool:
    """Run one part of a test and say how it went. Whether it passed."""
    try:
        tree = ast.parse(source)
        tree = ast.fix_missing_locations(_Wants(tree, test["names"]).visit(tree))
        exec(compile(tree, TESTS, "exec", dont_inherit=True), names)
    except BaseException as error:
        report(error, test)
        return False
    OUT.send({"end": True, "passed": True})
    return True


class _Wants(ast.NodeTransformer):
    """What a check wants is computed from inputs as they were sent, whatever the answer did to its copies of them.

    So is what a test assigns or appends on the way to that: where it uses nothing of the answers, and no `got` is made
    of it. Before inputs are drawn, what the lesson's own cells have bound is put back, but for what a check looks at.
    """

    def __init__(self, tree: ast.Module, answers: list[str]):
        flows = [_flow(node) for node in ast.walk(tree) if isinstance(node, FLOWS) or _is_call_on_name(node)]
        checks = [node for node in ast.walk(tree) if _is_check(node)]
        got = {name for node in checks for part in _parts(node, ("got",), 1) for name in _names(part)}
        want = {name for node in checks for part in _parts(node, WANTED, 2) for name in _names(part)}
        self.answered = _reached(set(answers), flows)
        backwards = [(used, made) for made, used in flows]
        self.wanted = _reached(want, backwards)
        self.free = self.wanted - _reached(got, backwards) - self.answered
        looked_at = [_parts(node, ("got",), 1) for node in checks]  # where an answer may have changed it
        names = [set().union(*map(_names, parts)) for parts in looked_at]
        self.kept = _reached(set().union(*(one for one in names if not one & self.answered)), backwards)

    def visit_Call(self, node: ast.Call) -> ast.Call:
        self.generic_visit(node)
        if _is_check(node):
            for keyword in node.keywords:
                if keyword.arg in WANTED:
                    keyword.value = _later(keyword.value)
            node.args[2:3] = map(_later, node.args[2:3])
        return node

    def visit_Expr(self, node: ast.Expr) -> ast.Expr:
        if _is_call_on_name(node) and self._is_free(node):
            node.value.args = [one if isinstance(one, ast.Starred) else _later(one) for one in node.value.args]
            return node
        return self.generic_visit(node)

    def visit_For(self, node: ast.For) -> list[ast.stmt]:
        if self._is_free(node):
            node.iter = _later(_all_of(node.iter))
        return self._drawn(self.generic_visit(node))

    def _is_free(self, node: ast.stmt) -> bool:
        made, used = _flow(node)
        value = node.iter if isinstance(node, ast.For) else node.value
        return made <= self.free and not used & self.answered and not _binds(value)

    def _assigned(self, node: ast.stmt) -> list[ast.stmt]:
        if node.value is not None and self._is_free(node):
            several = isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Tuple)
            node.value = _later(_all_of(node.value) if several else node.value)
            return [node]
        return self._drawn(self.generic_visit(node))

    def _drawn(self, node: ast.stmt) -> list[ast.stmt]:
        """A statement that may draw inputs, behind one that puts back what they are drawn from."""
        if not _flow(node)[0] & self.wanted:
            return [node]
        call = ast.Call(ast.Name("__put_back__", ast.Load()), [ast.Constant(tuple(sorted(self.kept)))], [])
        return [ast.copy_location(ast.Expr(call), node), node]

    visit_Assign = visit_AugAssign = visit_AnnAssign = _assigned

    def visit_Assert(self, node: ast.Assert) -> ast.Assert:
        if isinstance(node.test, ast.Compare):
            sides = node.test.comparators
            node.test.comparators = [side if _names(side) & self.answered else _later(side) for side in sides]
        return node


FLOWS = (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.For, ast.FunctionDef)
WANTED = ("want", "tolerance")


def _is_check(node: ast.AST) -> bool:
    function = getattr(node, "func", None)
    return (function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")) == "check"


def _parts(call: ast.Call, names: tuple[str, ...], place: int) -> list[ast.expr]:
    return [*call.args[place : place + 1], *(keyword.value for keyword in call.keywords if keyword.arg in names)]


def _names(node: ast.AST) -> set[str]:
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}


def _is_call_on_name(node: ast.AST) -> bool:
    """Whether a statement is such as `wanted.append(…)`; what the lesson's module does, checks above all, is none."""
    function = getattr(node.value, "func", None) if isinstance(node, ast.Expr) else None
    name = function.value if isinstance(function, ast.Attribute) else None
    return isinstance(name, ast.Name) and name.id != "lesson"


def _flow(node: ast.stmt) -> tuple[set[str], set[str]]:
    """The names that a statement makes something of, and those that it uses for it."""
    if isinstance(node, ast.FunctionDef):
        return {node.name}, _names(node)
    if isinstance(node, ast.Expr):
        return {node.value.func.value.id}, _names(node.value)
    if isinstance(node, ast.For):
        return _names(node.target), _names(node.iter)
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    return {name for target in targets for name in _names(target)}, _names(node.value) if node.value else set()


def _reached(names: set[str], flows: list[tuple[set[str], set[str]]]) -> set[str]:
    """The names, and all that is made of them: `flows` are what is made, and of what."""
    found, before = set(names), None
    while found != before:
        before = set(found)
        for made, used in flows:
            found |= made if used & found else set()
    return found


def _binds(value: ast.expr) -> bool:
    """Whether an expression does what it cannot do in a function of its own."""
    return any(isinstance(part, (ast.NamedExpr, ast.Yield, ast.YieldFrom, ast.Await)) for part in ast.walk(value))


def _all_of(value: ast.expr) -> ast.expr:
    """What is drawn one by one, drawn now."""
    return ast.copy_location(ast.Call(ast.Name("tuple", ast.Load()), [value], []), value)


def _later(value: ast.expr) -> ast.expr:
    if isinstance(value, ast.Constant):
        return value
    nothing = ast.arguments(posonlyargs=[], args=[], kwonlyargs=[], kw_defaults=[], defaults=[])
    call = ast.Call(ast.Name("__as_sent__", ast.Load()), [ast.Lambda(nothing, value)], [])
    return ast.copy_location(call, value)


def report(error: BaseException, test: dict) -> None:
    """Say that a part of a test failed: as a cell's error, and in a word where the learner's process is at fault."""
    OUT.send(_failure(error, test))
    OUT.send({"end": True, "passed": False, "fault": FAULTS.get(type(error), "")})


def _failure(error: BaseException, test: dict) -> dict:
    """An error as a cell's output: a failed check says its message only, anything else where it happened."""
    name, said = type(error).__name__, text_of(error)
    if hasattr(type(error), "_render_traceback_") or not isinstance(error, Exception):
        return {"error": name, "value": said, "traceback": said.splitlines() or [name]}
    source = (test["hidden"] or test["visible"]).splitlines()
    lines = ["Traceback (most recent call last):"]
    for entry in traceback.extract_tb(error.__traceback__):
        if entry.filename == TESTS:
            text = source[entry.lineno - 1].strip() if 0 < entry.lineno <= len(source) else ""
            lines.append(f"  the tests, line {entry.lineno}, in {entry.name}\n    {text}")
    lines += [
        f"  {file}, line {line}, in {where}\n    {text}" for file, line, where, text in getattr(error, "places", ())
    ]
    return {"error": name, "value": said, "traceback": [*lines, f"{name}: {said}"]}
