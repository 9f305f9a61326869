"""A program of a test as a module with a file, so that its loops have lines."""

import importlib.util


def load_program(folder, text):
    """Write ``text`` to a file of ``folder`` and return the module."""
    path = folder / "program.py"
    path.write_text(text)
    spec = importlib.util.spec_from_file_location("program", path)
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made
