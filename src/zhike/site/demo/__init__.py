"""The demo company 东澜化学: invented, complete, alive on any day, and easy to clear away."""

from zhike.site.demo.build import DemoError, clear, ensure

__all__ = ["DemoError", "clear", "ensure"]
