"""Whether code may be run again without anybody noticing."""

from loopscope.verify.purity.why_impure import why_impure

__all__ = ["why_impure"]
