"""What leaves this computer over the network, and by which rules."""
