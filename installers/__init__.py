"""What a3check is shipped as: setup and portable ZIP for Windows, .deb and wheel."""
