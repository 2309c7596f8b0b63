"""Which part of a camera's picture shows which window: polygons as they are drawn, tried and saved. No screen here."""
