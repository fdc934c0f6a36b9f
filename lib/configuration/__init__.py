"""What an instance is told of itself: secrets files, the environment, and the rules of each setting."""
