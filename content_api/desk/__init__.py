"""The review desk: pages on which editors write, review and publish. It calls what the editorial API calls."""
