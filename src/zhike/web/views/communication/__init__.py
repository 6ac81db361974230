"""Pages of communication: guides in context, questions and opinions, coaching, effect."""
