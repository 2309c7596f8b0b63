"""What the pages on intermediaries and on discretion read and show."""
