"""A printed number goes in; the rows and bytes that it was made from come out."""
