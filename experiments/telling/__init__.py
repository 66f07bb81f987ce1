"""What came out, in words: every sentence once, for terminal, programs and report."""
