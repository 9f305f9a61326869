"""Methods that change a tensor by another."""

from __future__ import annotations

import ast

IN_PLACE = {"add_": ast.Add(), "sub_": ast.Sub(), "mul_": ast.Mult(), "div_": ast.Div()}
