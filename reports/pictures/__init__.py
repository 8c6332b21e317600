"""Facts go in; charts as small labelled SVG come out."""
