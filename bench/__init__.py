"""The benchmarks, and the generator of the landed files that they run on."""
