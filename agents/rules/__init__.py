"""The rules customers live by: pure functions of scalars, each with its equation and source.

``value`` what an offer is worth and what is lived · ``judgement`` satisfaction, expectation,
success and need · ``relation`` knowledge, trust, liking, competence, share of wallet ·
``looking`` who looks around and who adopts · ``search`` the zero moment of truth ·
``stickiness`` what only the provider has.
"""
