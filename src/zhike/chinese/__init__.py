"""Chinese writing and places: script, pinyin, search terms, divisions. Knows no Django."""
