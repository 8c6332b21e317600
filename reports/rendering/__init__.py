"""Words and pictures go in; page, PDF and mail come out."""
