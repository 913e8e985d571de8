"""Siting: where the next k places should go, with a proven bound on what any k could do.

    problem.py     the problem as arrays, and its answer
    reduction.py   points with equal candidates made one, candidates that others outdo left out
    compiled.py    the search, compiled: greedy, swaps and kicks
    prices.py      the bounds, compiled: steps of a Lagrangian's prices
    exact.py       HiGHS on what is left when reduced costs have fixed the rest
    mclp.py        the most weight with k sites (Church and ReVelle 1974)
    lscp.py        the fewest sites for all that can be covered (Toregas et al. 1971)
    hours.py       which k places should stay open longer: the same problem over points and hours

Numba and HiGHS come with this package: import it inside the function that calls it.
"""

from services.coverage.siting.hours import longer_hours
from services.coverage.siting.lscp import Cover, solve_lscp
from services.coverage.siting.mclp import solve_mclp
from services.coverage.siting.problem import Siting, SitingProblem

__all__ = ["Cover", "Siting", "SitingProblem", "longer_hours", "solve_lscp", "solve_mclp"]
