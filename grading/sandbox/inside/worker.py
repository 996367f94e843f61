"""Runs the cells of one learner's notebook. At a test it forks: the fork answers the examiner, in the state of then."""

import os
import resource
import signal
import socket
import sys

from answers import Answers
from output import OUT, STREAMS, receive, send
from snapshot import SIGNALS, Snapshot, watch


def work(sock: socket.socket, limit: int, shell, snapshot: Snapshot) -> None:
    """Run requests until the engine hangs up."""
    OUT.begin(lambda message: send(sock, message), limit)
    watch()
    while True:
        try:
            request, sockets = receive(sock)
            OUT.left = OUT.limit
            if "cell" in request:
                shell.run_cell(request["cell"], store_history=True)
                if os.getpid() != OUT.pid:  # a fork of the cell that came back from it
                    os._exit(0)
                OUT.send({"end": True})
                continue
            for what in snapshot.odd():
                OUT.send({"odd": what})
            OUT.send({"end": True})
            if os.fork() == 0:
                sock.close()
                station(*(socket.socket(fileno=place) for place in sockets), request, limit, shell, snapshot)
            for place in sockets:
                os.close(place)
        except KeyboardInterrupt:  # the engine's, too late for the cell that it was meant for
            continue
        except (EOFError, OSError):
            os._exit(0)


def station(hello: socket.socket, answers: socket.socket, request: dict, limit: int, shell, snapshot) -> None:
    """Answer the examiner until it hangs up. The engine knows this process by the word that it sends first."""
    try:
        snapshot.restore()
        os.setsid()  # a signal to the group reaches no other test
        hello.send(b"h")
        hello.close()
        session = Answers(answers, shell.user_ns)
        session.forked = lambda: begin(session, limit)
        begin(session, limit)
        resource.setrlimit(resource.RLIMIT_CPU, (request["seconds"], request["seconds"]))
        for number in SIGNALS:
            signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)
        sys.settrace(None), sys.setprofile(None)
        sys.stdout, sys.stderr = STREAMS
        session.serve(OUT.flush)
    finally:
        os._exit(0)


def begin(session: Answers, limit: int) -> None:
    """What is printed from now on goes to the examiner, which hands it on in its place."""
    OUT.begin(lambda message: session.send({"show": message}), limit)
