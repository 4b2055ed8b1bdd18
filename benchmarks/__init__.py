"""The figures of the documentation, measured: each script says which."""
