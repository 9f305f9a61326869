"""A function is known by its name where a library made it, and nowhere else."""

import ast

import pytest

from loopscope.vectorize.around.module_names import imported_names, not_of_a_library

IMPORTS = imported_names(
    ast.parse(
        "import torch\nimport numpy as np\nimport torch.nn.functional as F\nimport tools.math\n"
        "import tools as t\nfrom tools import norm\nfrom torch import relu\nfrom . import ops\n"
    )
)


@pytest.mark.parametrize(
    ("written", "full"),
    [
        ("norm", "tools.norm"),
        ("t.norm", "tools.norm"),
        ("ops.softmax", ".ops.softmax"),
        ("torch.norm", ""),
        ("relu", ""),
        ("F.relu", ""),
        ("np.sort", ""),
        ("len", ""),
        ("self.norm", ""),
        ("", ""),
    ],
)
def test_what_a_file_of_ones_own_defines_has_its_full_name(written, full):
    assert not_of_a_library(written, IMPORTS) == full
