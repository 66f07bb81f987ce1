"""The rules customers live by: pure functions of scalars, each with its equation and source.

``value`` what an offer is worth and what is lived · ``judgement`` satisfaction, expectation,
success and need · ``relation`` knowledge, trust, liking, competence, share of wallet, and what only
the provider has · ``search`` who looks around, who adopts, and the zero moment of truth.
"""
