"""One tender 招投标 from announcement to contract, as its pages show it. Pure: events in, what they say out."""
