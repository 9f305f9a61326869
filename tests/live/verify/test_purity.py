import ast

import impure
import pytest

from loopscope.model.candidate import Candidate
from loopscope.verify.purity import why_impure
from loopscope.verify.verify_rewrite import verify_rewrite

pytestmark = pytest.mark.live


@pytest.mark.parametrize("body", impure.BODIES)
def test_an_impure_body_is_refused_with_a_reason_and_not_run(body):
    impure.FLAG.clear()
    namespace = impure.namespace()

    outcome = verify_rewrite(
        Candidate(body, "out = out", ("out",)), [lambda: namespace], budget_ns=10**9
    )

    assert outcome.status == "unverified"
    assert outcome.reason.startswith("not run again: the loop ")
    assert "\n" not in outcome.reason
    assert impure.FLAG == []
