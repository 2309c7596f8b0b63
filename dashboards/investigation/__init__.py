"""The investigators' workspace 调查: what its pages read, and how a case's life is laid out."""
