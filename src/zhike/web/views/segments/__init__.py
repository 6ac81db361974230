"""Pages of classes, segments and the lifecycle."""
