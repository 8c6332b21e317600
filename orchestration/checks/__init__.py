"""A build file goes in; what is wrong with it, by name, comes out."""
