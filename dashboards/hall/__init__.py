"""What the hall page knows: how windows are staffed now, over a day and over weeks, and how their cameras are."""
