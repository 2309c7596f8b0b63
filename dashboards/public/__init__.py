"""The page for the public 公众页: an app of its own, which draws open data and can reach nothing else."""
