"""The parts of the start program for Python functions."""
