"""A difference as a program that anybody can run."""

import torch

_SCRIPT = """\
import torch


def arguments():
{arguments}


LOOP = r'''
{loop}'''
REWRITE = r'''
{rewrite}'''
for name, text in (("loop", LOOP), ("rewrite", REWRITE)):
    names = arguments()
    given = dict(names)
    exec(text, names)
    print(name, names["loop"](**given) if "loop" in names else names["result"])
    print("left behind", given)
"""


def script(program, text, given):
    """Return a program that prints what the loop does and what the rewritten text does."""
    lines = _arguments(given)
    return _SCRIPT.format(
        arguments="\n".join(f"    {line}" for line in lines), loop=program.text, rewrite=text
    )


def _arguments(given):
    """Return lines that make arguments as they are, where they lie in memory included."""
    lines, memory = [], {}

    def written(value):
        match value:
            case torch.Tensor():
                storage = value.untyped_storage()
                if storage.data_ptr() not in memory:
                    name = memory[storage.data_ptr()] = f"memory{len(memory)}"
                    flat = torch.empty(0, dtype=value.dtype).set_(storage).tolist()
                    text = repr(flat).replace("nan", "torch.nan").replace("inf", "torch.inf")
                    lines.append(f"{name} = torch.tensor({text}, dtype={value.dtype})")
                name = memory[storage.data_ptr()]
                place = f"{tuple(value.shape)}, {value.stride()}, {value.storage_offset()}"
                tracked = ".requires_grad_()" if value.requires_grad else ""
                return f"{name}.as_strided({place}){tracked}"
            case list():
                return f"[{', '.join(map(written, value))}]"
        return repr(value)

    pairs = [f"{name}={written(value)}" for name, value in given.items()]
    return [*lines, f"return dict({', '.join(pairs)})"]
