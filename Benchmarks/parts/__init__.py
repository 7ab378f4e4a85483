"""The parts of the benchmark, one figure or family of figures a file."""
