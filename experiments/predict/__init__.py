"""A page on which classes draw what they expect of a market before they see what comes out."""
