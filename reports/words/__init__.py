"""Facts go in; sentences, figures and tables in one language come out."""
