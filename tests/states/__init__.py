"""The states of the program that ``docs/states.md`` lists, each made with the real window over a small invented world.

``make screenshots`` draws them; tests use them to look for words that do not fit.
"""
