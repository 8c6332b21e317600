"""Charts: numbers and labels go in; SVG drawings, wide and narrow, come out."""
