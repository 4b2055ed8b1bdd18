"""Whole networks of the lectures."""

from convviz.models.neocognitron import Neocognitron, NeocognitronStage

__all__ = ["Neocognitron", "NeocognitronStage"]
