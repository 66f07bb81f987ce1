"""Replications of one plan, as the commands run them."""

from tsunagari.experiments.runs.trial import Replications, Trial
from tsunagari.experiments.runs.workers import trial_runner


def run_replications(plan, seed=7, replications=2, workers=1, **how):
    """Their tables, below one another."""
    trials = [Trial(plan, seed, number) for number in range(replications)]
    with trial_runner(plan, workers=workers, **how) as run:
        return Replications(list(run(trials)))
