"""One module for each check; the register names them in their order."""
