"""Who may sign in: accounts, passwords, sessions, and what holds off those who guess."""
