"""Long runs whose tables and pictures the lessons show, a file a question: `python -m experiments.NAME --help`."""
