"""What could cost less, at list prices."""
