"""A studio leaves: everything it has goes into a folder, comes into another installation, or is purged for good."""
