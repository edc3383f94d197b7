"""Processes of our own for everything that may hang or crash: PC/SC, PKCS#11 and TLS."""
