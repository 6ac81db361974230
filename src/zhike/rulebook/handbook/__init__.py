"""The documents that ship, as data; ``rulebook.actions.shipping`` puts them in place."""
