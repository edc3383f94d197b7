"""Certificates, chains and revocation: bytes in, facts out, with the moment as a parameter."""
