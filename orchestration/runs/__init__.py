"""When things run, what starts them, and what need not run."""
