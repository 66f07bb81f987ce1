"""What people read of what was found: every sentence once, for terminal, JSON, report and page."""
