"""Solves sudokus by constraint propagation and search, and says how hard each one was.

    cargo sidewinder examples/sudoku.py [FILE]

FILE has one puzzle a line, 81 characters, a dot or 0 where a cell is empty.
"""
import re
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from itertools import product

DIGITS = frozenset(range(1, 10))
CELLS = list(product(range(9), repeat=2))
PUZZLES = """
..............3.85..1.2.......5.7.....4...1...9.......5......73..2.1........4...9
8..........36......7..9.2...5...7.......457.....1...3...1....68..85...1..9....4..
85...24..72......9..4.........1.7..23.5...9...4...........8..7..17..........36.4.
52...6.........7.13...........4..8..6......5...........418.........3..2...87.....
4.....8.5.3..........7......2.....6.....8.4......1.......6.3.7.5..2.....1.4......
"""


def units_of(row, column):
    """The row, the column and the box that the cell lies in."""
    top, left = row // 3 * 3, column // 3 * 3
    yield [(row, c) for c in range(9)]
    yield [(r, column) for r in range(9)]
    yield [(r, c) for r in range(top, top + 3) for c in range(left, left + 3)]


UNITS = {cell: list(units_of(*cell)) for cell in CELLS}
PEERS = {cell: {other for unit in units for other in unit} - {cell} for cell, units in UNITS.items()}


@dataclass
class Search:
    """One attempt to solve a puzzle, with a count of what it took."""
    effort: Counter = field(default_factory=Counter)

    def eliminate(self, board, cell, digit):
        """Takes a digit from the candidates of a cell, and whatever follows. False: a contradiction."""
        if digit not in board[cell]:
            return True
        board[cell] = board[cell] - {digit}
        self.effort["eliminations"] += 1
        if not board[cell]:
            return False
        if len(board[cell]) == 1:
            (last,) = board[cell]
            if not all(self.eliminate(board, peer, last) for peer in PEERS[cell]):
                return False
        for unit in UNITS[cell]:
            places = [other for other in unit if digit in board[other]]
            if not places or len(places) == 1 and not self.assign(board, places[0], digit):
                return False
        return True

    def assign(self, board, cell, digit):
        return all(self.eliminate(board, cell, other) for other in board[cell] - {digit})

    def solve(self, board):
        if all(len(candidates) == 1 for candidates in board.values()):
            return board
        cell = min((c for c in CELLS if len(board[c]) > 1), key=lambda c: len(board[c]))
        for digit in sorted(board[cell]):
            self.effort["guesses"] += 1
            attempt = dict(board)
            if self.assign(attempt, cell, digit) and (solved := self.solve(attempt)):
                return solved
        return None


def read(text, search):
    if not re.fullmatch(r"[\d.]{81}", text):
        raise ValueError(f"a puzzle has 81 digits or dots, not {text!r}")
    board = dict.fromkeys(CELLS, DIGITS)
    for cell, character in zip(CELLS, text):
        if character not in ".0" and not search.assign(board, cell, int(character)):
            raise ValueError("the puzzle contradicts itself")
    return board


def show(board):
    for row in range(9):
        print(" ".join(str(*board[row, column]) for column in range(9)))


def main():
    lines = open(sys.argv[1]).read() if len(sys.argv) > 1 else PUZZLES
    started = time.perf_counter()
    for number, line in enumerate(lines.split(), 1):
        search = Search()
        solved = search.solve(read(line, search))
        print(f"puzzle {number}: {search.effort['guesses']} guesses, {search.effort['eliminations']} eliminations")
        show(solved) if solved else print("no solution")
    print(f"{time.perf_counter() - started:.2f} seconds", file=sys.stderr)


main()
