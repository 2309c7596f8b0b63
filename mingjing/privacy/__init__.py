"""Personal data: which fields they are, how they are masked, who unseals them, and how long they are kept."""
