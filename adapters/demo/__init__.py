"""A made-up organization with half a year of Midway behind it, to show what Midway shows; in a data folder of its own.

Loaded by the commands of the demo alone.
"""
