"""Runs markets - once, paired, in thousands - and shows what came out."""
