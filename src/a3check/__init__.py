"""Finds out why an ICP-Brasil A3 certificate does not open the INSS portal."""

__version__ = "0.1.0"
