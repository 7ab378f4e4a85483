"""Real browsers, driven as a person would: what the browser tests, the attacks and the screenshots share."""
