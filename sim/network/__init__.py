"""Who hears of whom: a static, undirected, possibly weighted network of people.

``csr`` how it is held · ``generate`` networks from settings and a seed · ``shapes`` the kernels
behind them · ``shared`` the last one again where it is the same · ``joining`` from loose ties to a
network · ``loose`` such ties · ``read`` networks from files · ``formats`` what kind of file it is ·
``edge_list`` lists of ties · ``layout``, ``choosing``, ``columns`` and ``lines`` how their columns
are told · ``adjacency`` lists of friends · ``graphs``, ``markup`` and ``pajek`` what networkx reads
· ``files`` opening them, and what may be wrong.
"""
