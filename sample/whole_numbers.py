"""Whole numbers that add up: parts of a total, and tables with given sums of rows and columns."""

import math
import random
from collections.abc import Callable, Mapping

# Name of a row and of a column -> number in that cell.
Table = dict[tuple[str, str], int]
# Least or greatest number of a cell, by the names of its row and column.
Bound = Callable[[str, str], int]

FITTING_ROUNDS = 30


def split(total: int, parts: int, rng: random.Random) -> list[int]:
    """Split `total` into so many unequal whole numbers; two of them are as 45 to 55."""
    if parts == 0:
        return []
    weights = [0.45, 0.55] if parts == 2 else [rng.uniform(0.65, 1.35) for _ in range(parts)]
    numbers = [int(total * weight / sum(weights)) for weight in weights]
    return [*numbers[:-1], total - sum(numbers[:-1])]


def fill_table(
    row_sums: Mapping[str, int], column_sums: Mapping[str, int], least: Bound, most: Bound, rng: random.Random
) -> Table:
    """Return a table of whole numbers with the given sums of rows and columns, each cell within its bounds.

    Proportional fitting says what each cell would like to hold. Then each unit of a row goes where most is wanting;
    where that column is full already, a unit of another row is pushed aside into another column (an augmenting
    path), so a table is found wherever there is one.

    Raises ValueError if no such table exists.
    """
    table = {(row, column): least(row, column) for row in row_sums for column in column_sums}
    wanted = _fit_proportionally(table, row_sums, column_sums, most, rng)
    row_room = {row: total - sum(table[row, column] for column in column_sums) for row, total in row_sums.items()}
    column_room = {column: total - sum(table[row, column] for row in row_sums) for column, total in column_sums.items()}
    if sum(row_room.values()) != sum(column_room.values()):
        raise ValueError("the sums of the rows and of the columns do not add up to the same total")
    if min(*row_room.values(), *column_room.values()) < 0:
        raise ValueError("the lower bounds of some row or column exceed its sum")

    def add_unit(row: str, tried: set[str]) -> bool:
        """Add a unit to the row, if need be by moving a unit of another row; `tried` columns are not tried again."""

        def urgency(column: str) -> tuple[bool, float]:
            want = wanted[row, column]
            return not column_room[column], (table[row, column] - want) / math.sqrt(want)

        open_columns = [c for c in column_sums if c not in tried and table[row, c] < most(row, c)]
        for column in sorted(open_columns, key=urgency):
            tried.add(column)
            if column_room[column]:
                column_room[column] -= 1
            else:
                movable = (r for r in row_sums if table[r, column] > least(r, column))
                pushed = next((r for r in movable if add_unit(r, tried)), None)
                if pushed is None:
                    continue
                table[pushed, column] -= 1
            table[row, column] += 1
            return True
        return False

    while any(row_room.values()):
        row = rng.choices(list(row_room), list(row_room.values()))[0]
        if not add_unit(row, set()):
            raise ValueError(f"no room for another unit of {row}")
        row_room[row] -= 1
    return table


def _fit_proportionally(
    table: Table, row_sums: Mapping[str, int], column_sums: Mapping[str, int], most: Bound, rng: random.Random
) -> dict[tuple[str, str], float]:
    """Return what each cell that may grow would like to hold: random at first, then scaled to the sums in turn."""
    wanted = {cell: rng.uniform(0.6, 1.4) for cell in table if most(*cell) > table[cell]}
    for _ in range(FITTING_ROUNDS):
        for axis, sums in ((0, row_sums), (1, column_sums)):
            growing, fixed = dict.fromkeys(sums, 0.0), dict.fromkeys(sums, 0.0)
            for cell, number in table.items():
                if cell in wanted:
                    growing[cell[axis]] += wanted[cell]
                else:
                    fixed[cell[axis]] += number
            for cell, want in wanted.items():
                line = cell[axis]
                scaled = want * (sums[line] - fixed[line]) / growing[line]
                wanted[cell] = min(most(*cell), max(1e-6, scaled))
    return wanted
