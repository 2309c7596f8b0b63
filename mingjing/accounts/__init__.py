"""Local accounts: passwords, lock-out, sessions."""
