"""The trajectory test: pure functions, arrays in, arrays out."""
