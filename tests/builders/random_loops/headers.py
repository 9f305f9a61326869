"""Random loop headers, and what they bind."""

from dataclasses import dataclass, replace

from random_loops.scope import Counter, Item


@dataclass(frozen=True)
class Header:
    """The first line of a loop.

    Attributes:
        text: ``for i in range(n):``; of a ``while``, its test.
        dim: The size that it walks along.
        items: What it binds.
        counters: Likewise.
        before: Lines in front of the loop.
        last: Lines at the end of its body.
        clause: ``i in range(n)``, for a comprehension; empty where it has lines at its end.
    """

    text: str
    dim: str
    items: tuple[Item, ...] = ()
    counters: tuple[Counter, ...] = ()
    before: tuple[str, ...] = ()
    last: tuple[str, ...] = ()
    clause: str = ""


def draw_header(choose, scope, dim, names):
    """Return a header along a size; ``names`` are its counter and its item."""
    walked = [i for i in scope.items if i.dims and i.dims[0] == dim]
    kinds = ["range"] * 6 + ["while"]
    if walked:
        kinds += ["elements"] * 3 + ["enumerate"] * 3 + ["by hand"]
    if len(walked) > 1:
        kinds += ["zip", "zip", "enumerate zip"]
    counter, item = names
    match choose.pick(*kinds):
        case "range":
            return _range(choose, walked, dim, counter)
        case "while":
            return _while(choose, walked, dim, counter)
        case "elements":
            whole = choose.pick(*walked)
            target, source, bound = _element(choose, whole, item)
            return _for(target, source, dim, (bound,))
        case "by hand":
            target, source, bound = _element(choose, choose.pick(*walked), item)
            return _moved_by_hand(_for(target, source, dim, (bound,), (Counter(counter, dim),)))
        case "enumerate":
            whole = choose.pick(*walked)
            target, source, bound = _element(choose, whole, item)
            start = choose.pick("", "", "", ", 1", ", start=1")
            counted = Counter(counter, dim, 1, 1) if start else Counter(counter, dim)
            return _for(f"{counter}, {target}", f"enumerate({source}{start})", dim, (bound,),
                        (counted,))  # fmt: skip
        case kind:
            pair = [choose.pick(*walked) for _ in range(2)]
            bound = [_as_item(i, f"{item}{k}") for k, i in enumerate(pair)]
            target = ", ".join(b.text for b in bound)
            source = f"zip({', '.join(i.text for i in pair)})"
            if kind == "zip":
                return _for(target, source, dim, bound)
            return _for(f"{counter}, ({target})", f"enumerate({source})", dim, bound,
                        (Counter(counter, dim),))  # fmt: skip


def _moved_by_hand(header):
    """``for v in x:`` with ``i = 0`` before and ``i += 1`` at its end."""
    (counter,) = header.counters
    begun, moved = (f"{counter.text} = 0",), (f"{counter.text} += 1",)
    return replace(header, before=begun, last=moved, clause="")


def _for(target, source, dim, items=(), counters=()):
    clause = f"{target} in {source}"
    return Header(f"for {clause}:", dim, tuple(items), tuple(counters), clause=clause)


def _range(choose, walked, dim, counter):
    size = _size(choose, walked, dim)
    form, low, high = choose.pick(
        *[("range({})", 0, 0)] * 20,
        ("range(1, {})", 1, 0),
        ("range({} - 1)", 0, -1),
        ("range({} - 1, -1, -1)", 0, 0),
        ("reversed(range({}))", 0, 0),
        ("range(0, {}, 2)", 0, 0),
        ("range(1, {} - 1)", 1, -1),
        ("range(0, {})", 0, 0),
        ("range({} - 2, -1, -1)", 0, -1),
    )
    return _for(counter, form.format(size), dim, (), (Counter(counter, dim, low, high),))


def _while(choose, walked, dim, counter):
    size = _size(choose, walked, dim)
    start, test, high = choose.pick(
        ("0", f"{counter} < {size}", 0),
        ("0", f"{counter} <= {size} - 1", 0),
        ("1", f"{counter} < {size}", 0),
    )
    return Header(
        f"while {test}:",
        dim,
        (),
        (Counter(counter, dim, int(start), high),),
        (f"{counter} = {start}",),
        (choose.pick(f"{counter} += 1", f"{counter} = {counter} + 1"),),
    )


def _size(choose, walked, dim):
    if walked and choose.chance(75):
        whole = choose.pick(*walked)
        if whole.in_list:
            return f"len({whole.text})"
        return choose.pick("len({})", "{}.shape[0]", "{}.size(0)").format(whole.text)
    return dim


def _element(choose, whole, item):
    """Target, iterable and what is bound."""
    bound = _as_item(whole, item)
    source = whole.text
    if whole.below and choose.chance(30):
        return item, f"{source}.tolist()", replace(bound, tensor=False)
    if not whole.in_list and choose.chance(10):
        source = choose.pick("{}.unbind(0)", "list({})", "reversed({})", "{}.flip(0)").format(
            source
        )
    return item, source, bound


def _as_item(whole, item):
    return replace(whole, text=item, dims=whole.dims[1:], in_list=False, varies=True)
