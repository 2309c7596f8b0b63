"""What leaders ask beside the score: load and staffing, parallel approval, fewer days, rare mistakes. Pure."""
