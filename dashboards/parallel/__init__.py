"""What the page on parallel approval reads and draws."""
