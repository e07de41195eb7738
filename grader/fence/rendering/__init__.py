"""Turns executed notebooks into pages, in a fence of its own: a student's Markdown is parsed only there."""

from grader.fence.rendering.renderer import Renderer

__all__ = ["Renderer"]
