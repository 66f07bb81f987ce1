"""Who hears of whom: a static, undirected, possibly weighted network of people.

``csr`` how it is held, and made of loose ties · ``generate`` networks from settings and a seed ·
``read`` networks from files · ``files`` opening them, and what kind they are · ``edge_list`` lists
of ties · ``layout`` how their lines are laid out · ``columns`` their lines taken apart · ``graphs``
what networkx or scipy reads.
"""
