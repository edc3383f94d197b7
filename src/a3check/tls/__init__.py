"""TLS with the token's key: what was said between this computer and a server."""
