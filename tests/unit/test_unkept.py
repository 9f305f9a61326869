from loopscope.model.snapshot import FrozenMapping, FrozenObject, FrozenSequence, Unkept
from loopscope.model.unkept import spread


def test_a_container_falls_with_its_item_and_so_do_those_that_hold_it():
    nodes = [
        Unkept("an iterator"),
        FrozenSequence(list, (0, 3)),
        FrozenMapping(dict, (3,), (1,)),
        "a",
    ]

    assert spread(nodes, {0: "an iterator"}) == {
        0: "an iterator",
        1: "holds an iterator",
        2: "holds an iterator",
    }


def test_an_object_stands_without_an_attribute():
    nodes = [Unkept("a lock"), FrozenObject(object, {"lock": 0}, {}), FrozenSequence(list, (1,))]

    assert set(spread(nodes, {0: "a lock"})) == {0}


def test_containers_that_hold_each_other_fall_together():
    nodes = [FrozenSequence(list, (1,)), FrozenSequence(list, (0, 2)), Unkept("x")]

    assert set(spread(nodes, {2: "x"})) == {0, 1, 2}
