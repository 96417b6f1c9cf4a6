"""Inkstone: a private, offline-first desktop reader for the articles you keep and the articles you follow."""

__version__ = "0.1.0"
