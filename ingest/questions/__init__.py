"""What is asked of a publisher, and what its answers mean before they are landed."""
