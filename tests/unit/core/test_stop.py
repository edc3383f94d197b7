"""The wish to end a run, and to leave out one check."""

import threading

from a3check.core.stop import Stop, left_out


def test_a_check_is_left_out_once_and_whoever_listens_hears_it() -> None:
    stop, heard = Stop(), list[str]()
    stop.on_leaving(heard.append)
    stop.leave_out("driver")
    stop.leave_out("driver")
    stop.leave_out("network")
    assert heard == ["driver", "network"]
    assert left_out(stop) == {"driver", "network"}
    assert not stop.is_set()


def test_a_plain_event_leaves_out_nothing() -> None:
    assert left_out(threading.Event()) == frozenset()
    assert left_out(Stop()) == frozenset()


def test_what_waits_is_ended_once_it_is_wished_and_never_after_its_block() -> None:
    stop, ended = Stop(), list[str]()
    with stop.ending(lambda: ended.append("before")):
        pass
    with stop.ending(lambda: ended.append("within")):
        assert not ended
        stop.set()
        assert ended == ["within"]
    assert stop.is_set()
    with stop.ending(lambda: ended.append("late")):
        assert ended == ["within", "late"]
    stop.set()
    assert ended == ["within", "late"]
