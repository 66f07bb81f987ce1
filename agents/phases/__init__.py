"""A customer's month as loops over rows, a phase each: the engine.

live · judge · share · look · choose (with the search before it) · settle · survey. Each takes the
rows from ``first`` up to ``last`` and touches nothing of any other row but its *face*, which shows
last month; so rows may be taken in any order, on any number of threads, one by one or all at once.
The arithmetic is in the rules; here it says who is concerned, and what is read and written.
"""
