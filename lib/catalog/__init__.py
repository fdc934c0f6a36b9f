"""What there is: sources, measures, dimensions, units, line items and list prices."""
