"""From every statement of the sources to mechanism, parameters, scenario and what holds it."""
