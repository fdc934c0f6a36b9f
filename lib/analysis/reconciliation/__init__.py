"""The bill against usage at list prices."""
