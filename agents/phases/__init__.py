"""A customer's month, a phase each: the engine, written once for one customer.

``live`` (then judge and share) · ``look`` · ``search`` · ``choose`` · ``settle`` · ``survey``. Each
phase is a function of a customer ``c``, whose cells it reads and writes
(:mod:`tsunagari.agents.row`), the month that everybody meets and, where it matters, whom they hear.
It touches nothing of anybody else but their ``face``, which shows last month; so customers may be
taken in any order, on any number of threads, one by one or all at once. Kernels named ``…_rows``
take ranges of rows through a phase; interpreted on ordinary objects the same functions are the
plain twin (:mod:`tsunagari.sim.plain`) and tell why a customer left. ``worth`` is what an offer is
worth to somebody; ``begin`` comes before month 1.
"""
