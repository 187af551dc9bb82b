"""The kinds of question: each a function that makes one. Adding a kind is one such function and its texts."""
