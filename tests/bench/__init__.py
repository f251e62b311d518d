"""Speed, apart from the tests: ratios taken in one run, medians of alternating rounds with their spread."""
