"""Whether code may be run again without anybody noticing."""

from loopscope.verify.purity.called import called_bodies
from loopscope.verify.purity.why_impure import why_impure

__all__ = ["called_bodies", "why_impure"]
