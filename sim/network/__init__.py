"""Who hears of whom: a static, undirected, possibly weighted network of people.

``csr`` how it is held · ``generate`` networks from settings and a seed · ``shapes`` the kernels
behind them · ``shared`` the last one again where it is the same · ``joining`` from loose ties to a
network · ``read`` networks from files · ``edge_list`` and ``graphml`` the two kinds of file ·
``files`` opening them, and what may be wrong.
"""
