"""Sweeps: every trial of a design, run wherever there is room, kept as soon as it is finished.

``job`` what is run and what comes back · ``crew`` who runs it: ``processes`` here, ``executors``
elsewhere, ``cluster`` Dask · ``dispatch`` handing trials out and retrying lost ones · ``ledger``
which trials are done · ``store``, ``parts`` and ``rows`` the files · ``folder`` whose they are ·
``runner`` all of it together · ``status``, ``results`` and ``merge`` what is asked afterwards.
"""
