"""Speed, each figure beside the limit it is judged by, measured in the same run: ``python -m benchmarks --help``."""
